/* Plans of experiments, beside a scenario `base.yaml` and points `draws.csv` that they may name. */
#include "tests/torture/fuzz.h"

#include <string.h>
#include <unistd.h>

#include "analysis/plan.h"
#include "models/coproduction.h"

static char folder[64], plan_path[96], base_path[96], draws_path[96];

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    fuzz_promise(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

static void take_away(void)
{
    unlink(plan_path);
    unlink(base_path);
    unlink(draws_path);
    rmdir(folder);
}

static void make_folder(void)
{
    static const char base[] = "population.inhabitants: 2000\nweeks: 104\nreplicates: 2\n";
    static const char draws[] = "exit.life,tasks.turbulence\n0.004,0.5\n0.006,0.2\n";
    strcpy(folder,
           access("/dev/shm", W_OK) == 0 ? "/dev/shm/fuzz-plan-XXXXXX" : "/tmp/fuzz-plan-XXXXXX");
    fuzz_promise(mkdtemp(folder) != NULL);
    snprintf(plan_path, sizeof plan_path, "%s/plan.yaml", folder);
    snprintf(base_path, sizeof base_path, "%s/base.yaml", folder);
    snprintf(draws_path, sizeof draws_path, "%s/draws.csv", folder);
    write_file(base_path, base, sizeof base - 1);
    write_file(draws_path, draws, sizeof draws - 1);
    atexit(take_away);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct plan p;
    struct error e = {0};
    if (!folder[0])
        make_folder();
    write_file(plan_path, bytes, size);
    enum status status = plan_read(&p, &coproduction, plan_path, &e);
    fuzz_finish(status, &e);
    if (status == STATUS_DONE)
        fuzz_promise(p.ensemble.arms > 0 && p.ensemble.replicates > 0);
    plan_free(&p);
    return 0;
}
