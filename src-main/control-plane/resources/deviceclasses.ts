import type { DeviceClass, DeviceClassSpec } from '#kubernetes/api/resource-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import {
  maxDeviceItems,
  validateConfiguration,
  validateSelectors,
} from './shared/devices/device-configuration.ts'
import { validateList } from './shared/devices/device-lists.ts'
import { loadSelectorLanguage } from './shared/devices/selector-language.ts'
import { invalid } from './shared/field-errors.ts'
import { isExtended } from './shared/resource-names.ts'

function validate({ spec }: DeviceClass): FieldError[] {
  const { selectors, config, extendedResourceName: extended } = spec
  return [
    ...validateSelectors(selectors, 'spec.selectors'),
    ...validateList(config, maxDeviceItems, 'spec.config', validateConfiguration),
    ...(extended === undefined || isExtended(extended)
      ? []
      : [invalid('spec.extendedResourceName', extended, 'must be a valid extended resource name')]),
  ]
}

export const deviceClasses = defineResource<DeviceClass>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  answersDeleted: true,
  singular: 'deviceclass',
  namespaced: false,
  storagePrefix: '/registry/deviceclasses',
  unconditionalUpdate: true,
  generation: true,
  load: loadSelectorLanguage,
  columns: [nameColumn, ageColumn],
  defaults(deviceClass) {
    deviceClass.spec ??= {} as DeviceClassSpec
  },
  validate,
})
