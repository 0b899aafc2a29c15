import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

/** Section 9, as far as it is about resizes of pods. */
export const faults: FaultsByFile = {
  'src-main/control-plane/apiserver/handlers/subresource-parts.ts': [
    ['9.1.m', 'if (wanted?.resources) target.resources = wanted.resources', ''],
  ],
  'src-main/control-plane/resources/pods/pod-resize.ts': [
    ['9.1.n', 'name === before[index]?.name', 'name !== undefined'],
  ],
}

export const exceptions: Exceptions = {}
