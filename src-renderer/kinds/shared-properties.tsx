import type { ObjectMeta } from '../../src-main/kubernetes/api/meta-v1.ts'
import { Age } from '../components/age.tsx'
import type { Property } from './define-kind.ts'

/** The way to an object; without a namespace to one of the whole cluster. */
export const linkTo = (
  kind: string,
  name: string,
  namespace: string | undefined,
): NonNullable<Property['link']> => ({ kind, name, ...(namespace && { namespace }) })

/** What owns an object, with the way to it. */
export function ownerProperty({ ownerReferences, namespace }: ObjectMeta): Property[] {
  const owner = ownerReferences?.find(({ controller }) => controller)
  if (!owner) return []
  const { kind, name } = owner
  return [
    {
      label: 'Controlled by',
      value: `${kind} ${name}`,
      link: linkTo(kind, name, namespace),
    },
  ]
}

/** A name that leads to its object; nothing when there is none. */
export const linkProperty = (
  label: string,
  kind: string,
  name: string | undefined,
  namespace?: string,
): Property[] => (name ? [{ label, value: name, link: linkTo(kind, name, namespace) }] : [])

/** A moment as the age that it has. */
export const sinceProperty = (label: string, at: string | undefined): Property[] =>
  at
    ? [
        {
          label,
          value: (
            <>
              <Age long since={at} /> ago
            </>
          ),
        },
      ]
    : []

export const yesNo = (value: boolean | undefined): string | undefined =>
  value === undefined ? undefined : value ? 'yes' : 'no'

/** Values in one row, the first of them named. */
export const rows = <T,>(
  label: string,
  items: readonly T[] | undefined,
  property: (item: T) => Omit<Property, 'label'>,
): Property[] => (items ?? []).map((item, at) => ({ label: at ? '' : label, ...property(item) }))
