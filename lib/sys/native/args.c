/* The readers of arguments that are too long for the header. */
#include "args.h"

#include <string.h>

bool arg_text(napi_env env, napi_value value, char *text, size_t size) {
  size_t length;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok || length >= size) return false;
  if (napi_get_value_string_utf8(env, value, text, size, &length) != napi_ok) return false;
  return strlen(text) == length;
}

void *arg_wrapped(napi_env env, napi_value value, const napi_type_tag *tag) {
  bool ours = false;
  void *wrapped = NULL;
  napi_valuetype type;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object) return NULL;
  if (napi_check_object_type_tag(env, value, tag, &ours) != napi_ok || !ours) return NULL;
  return napi_unwrap(env, value, &wrapped) == napi_ok ? wrapped : NULL;
}
