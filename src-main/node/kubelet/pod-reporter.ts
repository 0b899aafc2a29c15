import type { EventRecorder } from '#client/events.ts'
import { type BoundPod, fieldPathOf } from './pod-facts.ts'

/** Notes an event about a pod, or about one of its containers. */
export type PodReporter = (
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
) => void

/** Reports about a pod through a recorder; `pod` gives the newest object. */
export function podReporter(recorder: EventRecorder, pod: () => BoundPod): PodReporter {
  return (type, reason, message, container) => {
    const now = pod()
    const { name, namespace = '', uid, resourceVersion } = now.metadata
    const about = {
      apiVersion: 'v1',
      kind: 'Pod',
      name,
      namespace,
      uid,
      resourceVersion,
      ...(container ? { fieldPath: fieldPathOf(now, container) } : {}),
    }
    recorder.record(about, { type, reason, message })
  }
}
