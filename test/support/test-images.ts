import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { unpackPackages } from '#platform/agent-image/debian-packages.ts'
import { packImage } from '#platform/agent-image/image-archive.ts'
import { buildRootFilesystem, type Recipe } from '#platform/agent-image/root-filesystem.ts'
import { madeOnce } from './made-once.ts'

const cache = path.resolve('.cache/test-images')
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
const busybox = { 'bin/busybox': ['usr/bin/busybox', 'bin/busybox'] }
const accounts = {
  'etc/passwd': 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'hosts: files dns\n',
}

interface TestImage {
  recipe: Omit<Recipe, 'version'>
  /** The image's program, a shell script. */
  entry: string
}

/** A static page on port 3000 that names the pod it is served from at /cgi-bin/host. */
const webPage = (text: string): TestImage => ({
  recipe: {
    packages: ['busybox'],
    programs: busybox,
    libraries: ['libnss_files.so.2', 'libnss_dns.so.2'],
    files: { ...accounts, 'www/index.html': `<h1>${text}</h1>\n` },
    folders: ['dev', 'proc', 'run', 'sys', 'tmp'],
  },
  entry: '#!/bin/sh\necho "listening on 3000"\nexec busybox httpd -f -v -p 3000 -h /www\n',
})

const nginxConfiguration = (text: string) => `
worker_processes 1;
error_log stderr;
pid /tmp/nginx.pid;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server { listen 80; location / { return 200 "${text} $hostname\\n"; } }
}
`

/** A real nginx on port 80 that answers with a text and its host name. */
const nginx = (text: string): TestImage => ({
  recipe: {
    packages: ['busybox', 'nginx-light'],
    programs: { ...busybox, 'usr/sbin/nginx': ['usr/sbin/nginx'] },
    libraries: ['libnss_files.so.2', 'libnss_dns.so.2'],
    files: { ...accounts, 'etc/nginx/nginx.conf': nginxConfiguration(text) },
    folders: ['dev', 'proc', 'run', 'sys', 'tmp', 'var/log/nginx', 'var/lib/nginx'],
  },
  entry: '#!/bin/sh\nexec /usr/sbin/nginx -g "daemon off;"\n',
})

/** A shell and the usual tools; sleeps unless told otherwise. */
const shell: TestImage = {
  recipe: { ...webPage('').recipe, files: accounts },
  entry: '#!/bin/sh\ntrap "exit 0" TERM\nsleep 2147483647 & wait $!\n',
}

/** The same with curl, which speaks TLS. */
const curl: TestImage = {
  recipe: {
    ...shell.recipe,
    packages: ['busybox', 'curl'],
    programs: { ...busybox, 'usr/bin/curl': ['usr/bin/curl'] },
  },
  entry: shell.entry,
}

const images: Record<string, TestImage> = {
  'rgederin/fib-client-standalone-k8s': webPage('fib client'),
  'nginx:1.14.2': nginx('nginx 1.14.2'),
  'nginx:1.16.1': nginx('nginx 1.16.1'),
  'test/shell:1': shell,
  'test/curl:1': curl,
}

/** Names of the images that `testImage` can make. */
export type TestImageName = keyof typeof images & string

/** The path of an image's tar, made from Debian packages on first use and kept in `.cache`. */
export async function testImage(reference: TestImageName): Promise<string> {
  const image = images[reference]
  if (!image) throw new Error(`there is no test image ${reference}`)
  const hash = createHash('sha256')
    .update(JSON.stringify([reference, image]))
    .digest('hex')
    .slice(0, 12)
  return madeOnce(path.join(cache, `${hash}.tar`), async workspace => {
    const packages = path.join(workspace, 'root')
    await unpackPackages(image.recipe.packages, { architecture, workspace, target: packages })
    const recipe = { ...image.recipe, version: 1 }
    const entries = await buildRootFilesystem(recipe, { packages, pause: Buffer.from(image.entry) })
    const archive = await packImage(entries, {
      reference: reference.includes(':') ? reference : `${reference}:latest`,
      architecture,
      entrypoint: ['/pause'],
      path: '/bin:/sbin:/usr/bin:/usr/sbin',
    })
    const fresh = path.join(workspace, 'image.tar')
    await writeFile(fresh, archive)
    return fresh
  })
}
