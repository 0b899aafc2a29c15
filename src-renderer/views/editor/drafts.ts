import type { ObjectName } from '../../../src-main/contract/objects.ts'

/** What a person typed and has not applied; it outlives going elsewhere in the window. */
const drafts = new Map<string, Draft>()

export interface Draft {
  readonly text: string
  /** The text it started from. */
  readonly original: string
}

export const draftKey = (object: ObjectName): string => JSON.stringify(object)

export const readDraft = (key: string): Draft | undefined => drafts.get(key)

export function keepDraft(key: string, draft: Draft | undefined): void {
  if (draft && draft.text !== draft.original) drafts.set(key, draft)
  else drafts.delete(key)
}

/** Asks before the window closes while something typed would be lost. */
export function guardDrafts(): void {
  addEventListener('beforeunload', event => {
    if (drafts.size) event.preventDefault()
  })
}
