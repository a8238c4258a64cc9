/* What the readers of the configuration share. */
#ifndef CONFIG_READ_P_H
#define CONFIG_READ_P_H

#include "yaml_p.h"

/* What only shows when everything is read: names, places on disk, owners. Resolves paths. */
void config_check(struct yaml_reader *r, struct config *c);

#endif
