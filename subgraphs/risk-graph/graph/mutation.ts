/**
 * The root of commands, which the other parts add theirs to.
 */
import { builder } from './base.ts'

builder.mutationType({})
