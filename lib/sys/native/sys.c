/* The module: one JavaScript function a system call, and the numbers that differ between machines. */
#include "sys.h"

#include <stdlib.h>

#include "args.h"

struct sys *sys_of(napi_env env) {
  void *sys = NULL;
  napi_get_instance_data(env, &sys);
  return sys;
}

static void sys_free(napi_env env, void *data, void *hint) { free(data); }

static napi_value init(napi_env env, napi_value exports) {
  struct sys *sys = calloc(1, sizeof *sys);
  if (sys == NULL) return NULL;
  if (napi_set_instance_data(env, sys, sys_free, NULL) != napi_ok) {
    free(sys);
    return NULL;
  }
#define ROW(name) {#name, NULL, sys_##name, NULL, NULL, NULL, napi_enumerable, NULL},
  const napi_property_descriptor functions[] = {SYS_FUNCTIONS(ROW)};
#undef ROW
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  napi_set_named_property(env, exports, "SYS", sys_numbers(env));
  napi_set_named_property(env, exports, "constants", sys_constants(env));
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
