#include "reader_p.h"
struct range
body_read(struct reader *r, uint32_t token, bool plpgsql, PgQuery__Node **params, size_t n_params)
{
	(void)r;
	(void)token;
	(void)plpgsql;
	(void)params;
	(void)n_params;
	return (struct range){0};
}
