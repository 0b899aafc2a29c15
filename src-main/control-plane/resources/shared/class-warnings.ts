import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'
import { betaClassKey } from '#kubernetes/storage-binding.ts'

/** A warning for a volume or claim that names its storage class by the annotation of old. */
export const betaClassWarnings = ({ annotations }: ObjectMeta): string[] =>
  annotations?.[betaClassKey] === undefined
    ? []
    : [
        `metadata.annotations[${betaClassKey}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      ]
