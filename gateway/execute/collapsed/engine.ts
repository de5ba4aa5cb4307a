/**
 * What all requests share: the model, its positions and the look-ahead.
 */
import { Atlas, type AtlasOptions } from './atlas.ts'
import { internalLook, type Look, LookAhead } from './look-ahead.ts'
import type { Model } from './model.ts'

export class Engine {
  readonly model: Model
  readonly atlas: Atlas
  readonly lookAhead: LookAhead

  constructor(model: Model, wrapped: ReadonlySet<string>, options: AtlasOptions) {
    this.model = model
    this.atlas = new Atlas(model, wrapped, options, {
      whole: (position, selection) =>
        this.lookAhead.costOf(position, [selection], internalLook()) < Infinity,
      below: (position, node) =>
        this.lookAhead.costBelow(position, [node], internalLook()) < Infinity,
    })
    this.lookAhead = new LookAhead(this.atlas)
  }

  /** For selections that are no client's. */
  internal(): Look {
    return internalLook()
  }
}
