/* Faults made on purpose: what watches the addon must see them. */
#include <limits.h>
#include <node_api.h>
#include <stdlib.h>

/* overflow(size, index): writes at that index of so many bytes. */
static napi_value overflow(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value args[2];
  int32_t size = 0, index = 0;
  napi_get_cb_info(env, info, &argc, args, NULL, NULL);
  napi_get_value_int32(env, args[0], &size);
  napi_get_value_int32(env, args[1], &index);
  volatile char *bytes = malloc(size);
  bytes[index] = 1;
  free((void *)bytes);
  return NULL;
}

/* add(number): adds it to the largest int. */
static napi_value add(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value args[1], result;
  int32_t number = 0;
  napi_get_cb_info(env, info, &argc, args, NULL, NULL);
  napi_get_value_int32(env, args[0], &number);
  napi_create_int32(env, INT_MAX + number, &result);
  return result;
}

static napi_value init(napi_env env, napi_value exports) {
  const napi_property_descriptor functions[] = {
      {"overflow", NULL, overflow, NULL, NULL, NULL, napi_enumerable, NULL},
      {"add", NULL, add, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  napi_define_properties(env, exports, sizeof functions / sizeof functions[0], functions);
  return exports;
}

NAPI_MODULE(NODE_GYP_MODULE_NAME, init)
