/** The warning that is given while nothing allocates devices. */
export const devicesAreNotAllocated =
  'nothing allocates devices in this cluster yet: pods that use this claim stay pending'
