import type { PodTemplate } from '#kubernetes/api/core-v1.ts'
import { defineResource } from './define-resource.ts'
import { containersAndImages, labelsText, nameColumn } from './shared/columns.ts'
import { isEqual } from './shared/field-errors.ts'
import { defaultPodTemplate } from './shared/pod-spec/pod-spec-defaults.ts'
import { podWarnings } from './shared/pod-spec/pod-warnings.ts'
import { validatePodTemplate } from './shared/pod-spec/validate-pod-spec.ts'

export const podTemplates = defineResource<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  answersDeleted: true,
  singular: 'podtemplate',
  namespaced: true,
  storagePrefix: '/registry/podtemplates',
  unconditionalUpdate: true,
  generation: true,
  changesGeneration: ({ template }, old) => !isEqual(template, old.template),
  columns: [
    nameColumn,
    ...containersAndImages<PodTemplate>(({ template }) => template).map(
      ({ priority: _, ...column }) => column,
    ),
    {
      name: 'Pod Labels',
      type: 'string',
      value: ({ template }) => labelsText(template?.metadata?.labels),
    },
  ],
  defaults(podTemplate) {
    podTemplate.template ??= {}
    defaultPodTemplate(podTemplate.template)
  },
  warnings: ({ template = {} }, old) =>
    old && isEqual(template, old.template) ? [] : podWarnings(template, 'template'),
  validate: ({ template = {} }) => validatePodTemplate(template, 'template'),
})
