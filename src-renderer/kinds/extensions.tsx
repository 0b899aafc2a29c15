import { Puzzle } from 'lucide-react'
import type { CustomResourceDefinition } from '../../src-main/kubernetes/api/apiextensions-v1.ts'
import type { KindPresentation } from './define-kind.ts'
import { rows } from './shared-properties.tsx'

export const customResourceDefinitions: KindPresentation = {
  resource: 'customresourcedefinitions.apiextensions.k8s.io',
  icon: Puzzle,
  columns: { hidden: ['Created At'] },
  about: 'A CustomResourceDefinition adds a kind of your own to the API.',
  properties: body => {
    const { spec } = body as unknown as CustomResourceDefinition
    const { kind, plural, shortNames, categories } = spec.names
    return [
      { label: 'Kind', value: kind },
      { label: 'Group', value: spec.group },
      { label: 'Scope', value: spec.scope },
      { label: 'Names', value: [plural, ...(shortNames ?? [])].join(', ') },
      { label: 'Categories', value: categories?.join(', ') },
      ...rows('Versions', spec.versions, ({ name, served, storage }) => ({
        value: [name, served ? 'served' : 'not served', storage && 'stored']
          .filter(Boolean)
          .join(', '),
      })),
    ]
  },
}
