#include "sim/version.h"

const char version_number[] = SAMSKAB_VERSION;
const char version_commit[] = SAMSKAB_COMMIT;
