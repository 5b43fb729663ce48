/* Users and groups, by the machine's own sources (getpwnam_r(3), getgrnam_r(3), getgrouplist(3)). */
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "sys.h"

#define NAME_SIZE 1024
#define FIRST_BUFFER 1024
/* A group with a hundred thousand members still fits. */
#define LAST_BUFFER (16 << 20)
/* NGROUPS_MAX of the kernel. */
#define MAX_GROUPS 65536

/* Which entry is meant, and where it goes: one of the four lookups fills it with the buffer it is given. */
struct lookup {
  const char *name; /* or NULL for `id` */
  unsigned id;
  struct passwd user;
  struct group group;
};

typedef int lookup_call(struct lookup *lookup, char *buffer, size_t size, bool *found);

static int find_user(struct lookup *l, char *buffer, size_t size, bool *found) {
  struct passwd *result = NULL;
  int error = l->name != NULL ? getpwnam_r(l->name, &l->user, buffer, size, &result)
                              : getpwuid_r(l->id, &l->user, buffer, size, &result);
  *found = result != NULL;
  return error;
}

static int find_group(struct lookup *l, char *buffer, size_t size, bool *found) {
  struct group *result = NULL;
  int error = l->name != NULL ? getgrnam_r(l->name, &l->group, buffer, size, &result)
                              : getgrgid_r(l->id, &l->group, buffer, size, &result);
  *found = result != NULL;
  return error;
}

/* Repeats the lookup with larger buffers. The buffer is to be freed, also after an error. */
static int find(lookup_call *call, struct lookup *lookup, char **buffer) {
  *buffer = NULL;
  for (size_t size = FIRST_BUFFER; size <= LAST_BUFFER; size *= 2) {
    bool found;
    char *larger = realloc(*buffer, size);
    if (larger == NULL) return -ENOMEM;
    *buffer = larger;
    int error = call(lookup, larger, size, &found);
    if (error == ERANGE) continue;
    if (error == EINTR) {
      size /= 2; /* the same size once more */
      continue;
    }
    if (found) return 0;
    return error == 0 || error == ESRCH ? -ENOENT : -error;
  }
  return -ERANGE;
}

static void push_text(napi_env env, napi_value list, uint32_t index, const char *text) {
  napi_value value;
  napi_create_string_utf8(env, text != NULL ? text : "", NAPI_AUTO_LENGTH, &value);
  napi_set_element(env, list, index, value);
}

static void push_number(napi_env env, napi_value list, uint32_t index, double number) {
  napi_value value;
  napi_create_double(env, number, &value);
  napi_set_element(env, list, index, value);
}

static napi_value user_answer(napi_env env, struct lookup *lookup) {
  char *buffer;
  napi_value list = NULL;
  int error = find(find_user, lookup, &buffer);
  if (error == 0) {
    napi_create_array_with_length(env, 5, &list);
    push_text(env, list, 0, lookup->user.pw_name);
    push_number(env, list, 1, lookup->user.pw_uid);
    push_number(env, list, 2, lookup->user.pw_gid);
    push_text(env, list, 3, lookup->user.pw_dir);
    push_text(env, list, 4, lookup->user.pw_shell);
  }
  free(buffer);
  return error == 0 ? list : answer(env, error);
}

static napi_value group_answer(napi_env env, struct lookup *lookup) {
  char *buffer;
  napi_value list = NULL;
  int error = find(find_group, lookup, &buffer);
  if (error == 0) {
    napi_create_array_with_length(env, 2, &list);
    push_text(env, list, 0, lookup->group.gr_name);
    push_number(env, list, 1, lookup->group.gr_gid);
  }
  free(buffer);
  return error == 0 ? list : answer(env, error);
}

/* getpwnam(name) -> [name, uid, gid, home, shell] | -errno */
napi_value sys_getpwnam(napi_env env, napi_callback_info info) {
  ARGS(1);
  char name[NAME_SIZE];
  struct lookup lookup = {.name = name};
  return arg_text(env, args[0], name, sizeof name) ? user_answer(env, &lookup) : invalid(env);
}

/* getpwuid(uid) -> [name, uid, gid, home, shell] | -errno */
napi_value sys_getpwuid(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct lookup lookup = {.name = NULL};
  return arg_uint(env, args[0], &lookup.id) ? user_answer(env, &lookup) : invalid(env);
}

/* getgrnam(name) -> [name, gid] | -errno */
napi_value sys_getgrnam(napi_env env, napi_callback_info info) {
  ARGS(1);
  char name[NAME_SIZE];
  struct lookup lookup = {.name = name};
  return arg_text(env, args[0], name, sizeof name) ? group_answer(env, &lookup) : invalid(env);
}

/* getgrgid(gid) -> [name, gid] | -errno */
napi_value sys_getgrgid(napi_env env, napi_callback_info info) {
  ARGS(1);
  struct lookup lookup = {.name = NULL};
  return arg_uint(env, args[0], &lookup.id) ? group_answer(env, &lookup) : invalid(env);
}

/* getgrouplist(user, gid) -> [gid, ...] | -errno */
napi_value sys_getgrouplist(napi_env env, napi_callback_info info) {
  ARGS(2);
  char user[NAME_SIZE];
  unsigned gid;
  gid_t *groups = NULL;
  if (!arg_text(env, args[0], user, sizeof user) || !arg_uint(env, args[1], &gid)) return invalid(env);
  for (int room = 64; room <= MAX_GROUPS; room *= 2) {
    int count = room;
    gid_t *larger = realloc(groups, room * sizeof *groups);
    if (larger == NULL) {
      free(groups);
      return answer(env, -ENOMEM);
    }
    groups = larger;
    if (getgrouplist(user, gid, groups, &count) < 0) continue;
    napi_value list;
    napi_create_array_with_length(env, count, &list);
    for (int i = 0; i < count; i++) push_number(env, list, i, groups[i]);
    free(groups);
    return list;
  }
  free(groups);
  return answer(env, -ERANGE);
}
