/* The layout of a packed unit, for its writer and its reader.
 *
 * All numbers are LEB128: seven bits a byte, the lowest first, the high bit set on all but the last.
 * First the texts: their number, the bytes of each, then all of them, each with a NUL behind it that its
 * length does not count. Text 0 is the empty one and stands nowhere. Then the number of the blob's text
 * and of the reader's, then the number of elements of each table, and then the elements themselves
 * without the null ones, field by field as unit_shapes[] lists them; a text is its number.
 *
 * A span is a form, its origin when the form says so, its offset, and unless it is not placed: its
 * length, line and column; and its end unless it ends in its line, as many bytes behind its column as
 * it is long. Offsets and lines are differences to those of the span before, which keeps them
 * small: modulo 2^32, zigzag (0, -1, 1, -2 …). */
#ifndef UNIT_PACK_P_H
#define UNIT_PACK_P_H

enum span_form {
	SPAN_ZERO = 0,   /* nothing follows: all zero */
	SPAN_ORIGIN = 1, /* set: an origin follows */
	SPAN_END = 2,    /* set: end_line and end_column follow */
	SPAN_SET = 4,    /* set: the rest follows */
	SPAN_FORMS = 8,
};

#endif
