/* Text in XML 1.0. */
#ifndef REPORT_XML_P_H
#define REPORT_XML_P_H

#include "base/str.h"

/* TEXT as the content of an element or of an attribute in double quotes. What XML 1.0 cannot hold, not
 * even as a reference (control characters, U+FFFE, U+FFFF, what is no UTF-8), is written \xNN, byte by
 * byte; tabs and line ends are references, so that no reader makes spaces of them. */
void xml_add(struct buf *out, struct str text);

#endif
