import * as z from 'zod/mini'
import { call, stream } from './define.ts'
import { resourceName, rowStatus, tone } from './tables.ts'

/** Names one object of a cluster. */
export const objectName = z.object({
  cluster: z.string(),
  resource: resourceName,
  namespace: z.optional(z.string()),
  name: z.string(),
})
export type ObjectName = z.infer<typeof objectName>

/** An object as JSON, without managedFields. Secret values are empty strings until revealed. */
export const objectBody = z.record(z.string(), z.unknown())
export type ObjectBody = z.infer<typeof objectBody>

/** Why an object is in trouble, from symptom to root; the last link is the root. */
export const whyPanel = z.object({
  sentence: z.string(),
  /** False: the sentence starts with "Likely". */
  certain: z.boolean(),
  chain: z.array(z.object({ tone, kind: z.string(), name: z.string(), evidence: z.string() })),
  /** Why nodes don't take a pod, the most frequent reason first. */
  placement: z.optional(
    z.object({
      nodeCount: z.number(),
      reasons: z.array(
        z.object({
          reason: z.string(),
          /** The scheduler's rule; unknown where only its message is. */
          plugin: z.optional(z.string()),
          count: z.number(),
          /** Some of the nodes; none where only their number is known. */
          nodes: z.array(z.string()),
        }),
      ),
      /** Nodes that would take it now. */
      fits: z.array(z.string()),
    }),
  ),
  /** What of a container a person may change so that it works. */
  mend: z.optional(
    z.object({
      what: z.enum(['image', 'memory']),
      container: z.string(),
      /** As it is now: an image, or a limit such as `64Mi`. */
      value: z.string(),
      /** The object that says so: the pod, or the workload whose template it is made of. Absent where that can't be read. */
      writtenIn: z.optional(objectName),
      /** Why no object that says so can be changed. */
      reason: z.optional(z.string()),
    }),
  ),
})
export type WhyPanel = z.infer<typeof whyPanel>

export const eventRow = z.object({
  uid: z.string(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  /** RFC 3339, the last time it happened. */
  last: z.string(),
  first: z.string(),
  source: z.string(),
  object: z.object({ kind: z.string(), name: z.string(), namespace: z.optional(z.string()) }),
})
export type EventRow = z.infer<typeof eventRow>

/** How writing one object went. */
export const writeResult = z.object({
  kind: z.string(),
  name: z.string(),
  namespace: z.optional(z.string()),
  outcome: z.enum(['created', 'configured', 'unchanged', 'deleted', 'failed']),
  /** The object after the write (or as the dry run says it would be), as YAML. */
  yaml: z.optional(z.string()),
  /** What the server answered, word for word, when it failed. */
  error: z.optional(
    z.object({
      code: z.number(),
      reason: z.string(),
      message: z.string(),
      /** Fields another manager owns, when the write was refused for that. */
      conflicts: z.array(z.object({ field: z.string(), manager: z.string(), message: z.string() })),
      /** Line and column in the text that was sent, when they are known; both from 1. */
      line: z.optional(z.number()),
      column: z.optional(z.number()),
    }),
  ),
  warnings: z.array(z.string()),
})
export type WriteResult = z.infer<typeof writeResult>

export const objectEntries = {
  /** The object now and at every change; null once it is gone. Secrets stay masked. */
  'objects.watch': stream(
    objectName,
    z.object({ object: z.nullable(objectBody), why: z.nullable(whyPanel) }),
  ),
  /** The object as YAML for the editor. Secret values are masked unless `reveal`. */
  'objects.yaml': call(
    z.object({ object: objectName, reveal: z.boolean() }),
    z.object({ yaml: z.string(), resourceVersion: z.string() }),
  ),
  /** Reveals the values of a Secret, decoded; binary ones stay base64. */
  'objects.revealSecret': call(
    objectName,
    z.record(z.string(), z.object({ value: z.string(), binary: z.boolean() })),
  ),
  /** Objects whose names hold every word of a text, the best first. */
  'objects.find': call(
    z.object({ cluster: z.string(), text: z.string(), namespaces: z.array(z.string()) }),
    z.object({
      found: z.array(
        z.object({
          resource: resourceName,
          kind: z.string(),
          name: z.string(),
          namespace: z.optional(z.string()),
          /** Known of objects that a list holds open. */
          status: z.optional(rowStatus),
          held: z.optional(z.boolean()),
        }),
      ),
      /** How many further ones there are. */
      more: z.number(),
    }),
  ),
  /** The events about one object, as they come. */
  'objects.events': stream(objectName, z.array(eventRow)),
  /**
   * Replaces an object with an edited text. When the object changed on the server since the text's resourceVersion
   * this is a 409 and nothing is written; `force` writes over it.
   */
  'objects.replace': call(
    z.object({ object: objectName, yaml: z.string(), dryRun: z.boolean(), force: z.boolean() }),
    writeResult,
  ),
  /** Creates or applies every document of a text. */
  'objects.create': call(
    z.object({
      cluster: z.string(),
      yaml: z.string(),
      /** For documents that name none. */
      namespace: z.string(),
      dryRun: z.boolean(),
    }),
    z.array(writeResult),
  ),
  'objects.delete': call(
    z.object({
      objects: z.array(objectName),
      propagation: z.enum(['Background', 'Foreground', 'Orphan']),
      gracePeriodSeconds: z.optional(z.number()),
    }),
    z.array(writeResult),
  ),
  /** Merges a patch into an object, as `kubectl patch --type merge` does. */
  'objects.patch': call(z.object({ object: objectName, patch: objectBody }), writeResult),
  /** Asks a pod to leave, as far as disruption budgets allow it. */
  'objects.evict': call(objectName, writeResult),
  /** How many replicas an object shall have, by its scale subresource: of any kind that has one. */
  'objects.replicas': call(objectName, z.object({ replicas: z.number() })),
  'objects.scale': call(z.object({ object: objectName, replicas: z.number() }), writeResult),
  /** Gives a container another image or memory limit, in the template of the workload that owns the pod. */
  'objects.mend': call(
    z.object({
      pod: objectName,
      what: z.enum(['image', 'memory']),
      container: z.string(),
      value: z.string(),
    }),
    writeResult,
  ),
  /** Rolls a workload anew, as `kubectl rollout restart` does. */
  'objects.restart': call(objectName, writeResult),
  /** The pods a workload or Service selects, newest first; of a pod, the pod itself. */
  'objects.pods': call(
    objectName,
    z.array(z.object({ name: z.string(), namespace: z.string(), containers: z.array(z.string()) })),
  ),
  /** What refers to an object by its name, or was made by it; the newest first. Empty of kinds that nothing refers to. */
  'objects.usedBy': stream(
    objectName,
    z.object({
      found: z.array(
        z.object({
          kind: z.string(),
          name: z.string(),
          namespace: z.optional(z.string()),
          /** In words, such as `gives Role reader`; may be empty. */
          how: z.string(),
        }),
      ),
      /** How many further ones there are. */
      more: z.number(),
      /** Kinds that couldn't be looked through, with what the server answered. */
      failed: z.array(z.object({ kind: z.string(), message: z.string() })),
    }),
  ),
  /** The certificate of a TLS Secret; its key stays where it is. Times in RFC 3339. */
  'objects.certificate': call(
    objectName,
    z.union([
      z.object({
        subject: z.string(),
        issuer: z.string(),
        names: z.array(z.string()),
        from: z.string(),
        until: z.string(),
      }),
      z.object({ problem: z.string() }),
    ]),
  ),
}
