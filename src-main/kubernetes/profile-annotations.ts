/** The annotation of old that chooses a seccomp profile for a pod. */
export const podSeccompKey = 'seccomp.security.alpha.kubernetes.io/pod'

/** What such an annotation for one container begins with; the container's name ends it. */
export const containerSeccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/'

/** What the annotation of old that chooses a container's AppArmor profile begins with. */
export const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

/** What a profile within a node's own directory begins with, before its path. */
export const localProfilePrefix = 'localhost/'
