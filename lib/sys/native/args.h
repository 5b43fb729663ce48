/* Reading arguments and answering. A wrong argument is answered with -EINVAL: nothing here throws or crashes. */
#ifndef SUPERD_ARGS_H
#define SUPERD_ARGS_H

#include <errno.h>
#include <limits.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The arguments of the call as `args`; those that are missing are undefined and fail their reader. */
#define ARGS(n)                                                                       \
  napi_value args[n];                                                                 \
  size_t argc = n;                                                                    \
  if (napi_get_cb_info(env, info, &argc, args, NULL, NULL) != napi_ok) return NULL

static inline napi_value answer(napi_env env, long result) {
  napi_value value = NULL;
  napi_create_int64(env, result, &value);
  return value;
}

/* The result of a libc call: the number, or -errno. */
static inline napi_value answer_call(napi_env env, long result) {
  return answer(env, result < 0 ? -(long)errno : result);
}

static inline napi_value invalid(napi_env env) { return answer(env, -EINVAL); }

/* A whole number within [low, high], which lie within 53 bits: NaN, fractions and other types are refused. */
static inline bool arg_number(napi_env env, napi_value value, double low, double high, double *out) {
  if (napi_get_value_double(env, value, out) != napi_ok) return false;
  return *out >= low && *out <= high && *out == (double)(int64_t)*out;
}

static inline bool arg_int(napi_env env, napi_value value, int *out) {
  double number;
  if (!arg_number(env, value, INT_MIN, INT_MAX, &number)) return false;
  *out = (int)number;
  return true;
}

static inline bool arg_uint(napi_env env, napi_value value, unsigned *out) {
  double number;
  if (!arg_number(env, value, 0, UINT_MAX, &number)) return false;
  *out = (unsigned)number;
  return true;
}

/* The memory of a typed array of this type, and how many elements it has. An empty one may have no memory. */
static inline bool arg_array(napi_env env, napi_value value, napi_typedarray_type type, void **data, size_t *length) {
  bool is_array = false;
  napi_typedarray_type is;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array) return false;
  return napi_get_typedarray_info(env, value, &is, length, data, NULL, NULL) == napi_ok && is == type;
}

static inline bool arg_bytes(napi_env env, napi_value value, uint8_t **data, size_t *length) {
  return arg_array(env, value, napi_uint8_array, (void **)data, length);
}

static inline bool arg_ints(napi_env env, napi_value value, int32_t **data, size_t *length) {
  return arg_array(env, value, napi_int32_array, (void **)data, length);
}

static inline bool arg_doubles(napi_env env, napi_value value, double **data, size_t *length) {
  return arg_array(env, value, napi_float64_array, (void **)data, length);
}

static inline bool is_null(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) == napi_ok && type == napi_null;
}

/* A string as UTF-8 into `text` of `size` bytes: one that does not fit, or holds a NUL, is refused. */
bool arg_text(napi_env env, napi_value value, char *text, size_t size);

/* What `napi_wrap` put into an object of ours with this tag, or NULL for any other value. */
void *arg_wrapped(napi_env env, napi_value value, const napi_type_tag *tag);

#endif
