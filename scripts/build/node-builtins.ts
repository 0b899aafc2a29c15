import type { Plugin } from 'vite'

type Parse = (code: string) => { body: unknown[] }

interface Import {
  type: 'ImportDeclaration'
  start: number
  end: number
  source: { value: string }
  specifiers: Specifier[]
}

interface Specifier {
  type: 'ImportSpecifier' | 'ImportDefaultSpecifier' | 'ImportNamespaceSpecifier'
  local: { name: string }
  imported?: { name?: string; value?: string }
}

/**
 * Takes Node.js' own modules without `import`, which reads every property that such a module has: that of `node:http`
 * loads a client of `fetch` and web sockets that nothing here uses, 50 ms of CPU and 7 MB.
 */
export function nodeBuiltins(): Plugin {
  return {
    name: 'slipway:node-builtins',
    renderChunk(code) {
      return code.includes('node:') ? takeBuiltins(code, text => this.parse(text)) : null
    },
  }
}

function takeBuiltins(code: string, parse: Parse): string {
  const imports = parse(code).body.filter(isBuiltinImport)
  return imports.reduceRight(
    (text, { start, end, ...declaration }) =>
      text.slice(0, start) + declarationsOf(declaration) + text.slice(end),
    code,
  )
}

function isBuiltinImport(statement: unknown): statement is Import {
  const { type, source, specifiers } = statement as Partial<Import>
  return (
    type === 'ImportDeclaration' &&
    source?.value.startsWith('node:') === true &&
    specifiers?.length !== 0
  )
}

function declarationsOf({ source, specifiers }: Pick<Import, 'source' | 'specifiers'>): string {
  const taken = `process.getBuiltinModule(${JSON.stringify(source.value)})`
  const whole = specifiers.filter(({ type }) => type !== 'ImportSpecifier')
  const named = specifiers
    .filter(({ type }) => type === 'ImportSpecifier')
    .map(({ local, imported }) => `${imported?.name ?? imported?.value}: ${local.name}`)
  return [
    ...whole.map(({ local }) => `const ${local.name} = ${taken};`),
    ...(named.length ? [`const { ${named.join(', ')} } = ${taken};`] : []),
  ].join('\n')
}
