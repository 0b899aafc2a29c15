/** A fault that is planted in our own sources for one run of tests, to show that they see it. */
export interface Mutation {
  /** What goes wrong, in a few words; no other has the same. */
  name: string
  /** Below the repository's root. */
  file: string
  /** Stands in the file exactly once. */
  find: string
  replace: string
  /** The controllers that it is about, where the file does not say. */
  about?: readonly string[]
  /** The test file that has to fail, below the root, and where that saves time how the test's name begins. */
  caughtBy: { file: string; test?: string }
}
