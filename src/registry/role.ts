/** Keyword that marks a text naming a layer by its role; schema generation turns it into the registry's choices. */
export const ROLE_KEYWORD = 'x-role';

/** The role of initialisers, for `init`. */
export const INIT_ROLE = 'init';

/** A choice by role as recipes write it: `batch`, `none`, or `{ type: instance, affine: true }`. */
export type RoleChoice = string | { readonly type: string; readonly [param: string]: unknown };
