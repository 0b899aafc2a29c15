/** A test file below the root, and where that saves time how the test's name begins. */
export interface Proof {
  file: string
  test?: string
}

/** A text of our own sources that is changed for one run of tests, to show that they see it. */
export interface Fault {
  /** What goes wrong, in a few words; no other has the same. */
  name: string
  /** Below the repository's root. */
  file: string
  /** Stands in the file exactly once. */
  find: string
  replace: string
}

/** A fault that the tests of a part have to catch. */
export interface Mutation extends Fault {
  /** The controllers that it is about, where the file does not say. */
  about?: readonly string[]
  /** What has to fail. */
  caughtBy: Proof
}

/** A fault that breaks assertions of docs/api-checklist.md. */
export interface AssertionMutation extends Fault {
  /** By an assertion's id the tests that its row names, by ends of files and starts of names; one of each has to fail. */
  asserts: ReadonlyMap<string, readonly { file: string; name: string }[]>
}
