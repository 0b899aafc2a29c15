import type { FieldError } from '#kubernetes/status-error.ts'

/** Where a value lies, and what lay there before: what an update leaves alone is not judged again. */
export interface Place {
  /** `spec.list[0].name`; empty for the object itself. */
  path: string
  /** Undefined where there was nothing, or nothing that corresponds. */
  old?: unknown
}

/** What is wrong with a value, and how much of it was looked at: of several ways to be wrong, most of that is told. */
export class Judgement {
  readonly errors: FieldError[] = []
  checks = 0

  get isGood(): boolean {
    return this.errors.length === 0
  }

  /** Adds errors, and how many checks were made for them. */
  add(errors: readonly FieldError[], checks = 0): this {
    this.errors.push(...errors)
    this.checks += checks
    return this
  }

  merge({ errors, checks }: Judgement): this {
    return this.add(errors, checks)
  }
}
