/**
 * Faults of one source file, each with what it breaks: ids of docs/api-checklist.md, separated by spaces; a text that stands
 * in the file exactly once; and what is there instead. The tests that the ids' rows name are to see it, each row's own.
 */
export type FaultsByFile = Readonly<
  Record<string, readonly (readonly [ids: string, find: string, replace: string])[]>
>

/** Ids of shipped rows that no change of one line breaks, with the reason. */
export type Exceptions = Readonly<Record<string, string>>
