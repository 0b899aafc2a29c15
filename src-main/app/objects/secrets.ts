import { object, type Untyped } from '../status/conditions.ts'

/** Stands for a Secret's value that was not revealed; no base64 text can be equal to it. */
export const hiddenValue = '••••••••'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const isSecret = (of: Untyped) => of['kind'] === 'Secret' && of['apiVersion'] === 'v1'

/** A copy of an object that may cross to the window: without managedFields, and a Secret's values hidden. */
export function fitToShow(of: Untyped, reveal = false): Untyped {
  const { managedFields: _managed, ...metadata } = object(of['metadata'])
  const shown: Untyped = { ...of, metadata }
  if (!isSecret(of) || reveal) return shown
  if (of['data']) shown['data'] = hide(object(of['data']))
  if (of['stringData']) shown['stringData'] = hide(object(of['stringData']))
  const annotations = object(metadata['annotations'])
  // kubectl apply keeps the whole manifest, values included, in an annotation.
  if (lastApplied in annotations) {
    shown['metadata'] = { ...metadata, annotations: { ...annotations, [lastApplied]: hiddenValue } }
  }
  return shown
}

const hide = (data: Untyped): Untyped =>
  Object.fromEntries(Object.keys(data).map(key => [key, hiddenValue]))

/** Puts the real values back where an edited text still has hidden ones. */
export function restoreHidden(edited: Untyped, live: Untyped): Untyped {
  if (!isSecret(edited)) return edited
  const restored: Untyped = { ...edited }
  if (edited['data']) restored['data'] = unhide(object(edited['data']), object(live['data']))
  const metadata = object(edited['metadata'])
  if (metadata['annotations']) {
    const own = object(object(live['metadata'])['annotations'])
    restored['metadata'] = {
      ...metadata,
      annotations: unhide(object(metadata['annotations']), own),
    }
  }
  return restored
}

const unhide = (data: Untyped, live: Untyped): Untyped =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, value === hiddenValue ? live[key] : value]),
  )

/** A Secret's values decoded; those that are no UTF-8 text stay base64. */
export function revealValues(data: Untyped): Record<string, { value: string; binary: boolean }> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const base64 = String(value)
      try {
        return [key, { value: decoder.decode(Buffer.from(base64, 'base64')), binary: false }]
      } catch {
        return [key, { value: base64, binary: true }]
      }
    }),
  )
}
