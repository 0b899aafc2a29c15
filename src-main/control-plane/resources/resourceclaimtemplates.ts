import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'
import type {
  ResourceClaimTemplate,
  ResourceClaimTemplateSpec,
} from '#kubernetes/api/resource-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { defaultClaimSpec, validateClaimSpec } from './shared/devices/claim-spec.ts'
import { loadSelectorLanguage } from './shared/devices/selector-language.ts'
import { forbidden, immutable } from './shared/field-errors.ts'
import { validateAnnotations, validateLabels } from './shared/object-meta.ts'

/** Only labels and annotations are taken over into claims. */
const validateMetadata = (metadata: ObjectMeta, path: string): FieldError[] => [
  ...validateLabels(metadata.labels, `${path}.labels`),
  ...validateAnnotations(metadata.annotations, `${path}.annotations`),
  ...Object.keys(metadata).flatMap(field =>
    field === 'labels' || field === 'annotations'
      ? []
      : [forbidden(`${path}.${field}`, 'cannot be set')],
  ),
]

export const resourceClaimTemplates = defineResource<ResourceClaimTemplate>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  answersDeleted: true,
  singular: 'resourceclaimtemplate',
  namespaced: true,
  storagePrefix: '/registry/resourceclaimtemplates',
  unconditionalUpdate: true,
  load: loadSelectorLanguage,
  columns: [nameColumn, ageColumn],
  defaults(template) {
    template.spec ??= {} as ResourceClaimTemplateSpec
    template.spec.spec ??= {}
    defaultClaimSpec(template.spec.spec)
  },
  validate: ({ spec }) => [
    ...validateMetadata(spec.metadata ?? {}, 'spec.metadata'),
    ...validateClaimSpec(spec.spec, 'spec.spec'),
  ],
  validateUpdate: ({ spec }, old) => immutable('spec', spec, old.spec),
})
