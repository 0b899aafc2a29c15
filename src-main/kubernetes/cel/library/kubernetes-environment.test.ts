import { beforeAll, describe, expect, test } from 'vitest'
import { compileExpression } from '../cel.ts'
import { CelError } from '../evaluate/values.ts'
import { kubernetesEnvironment } from './kubernetes-environment.ts'
import { loadRegexEngine } from './regex-engine.ts'

beforeAll(loadRegexEngine)

function evaluate(source: string) {
  const compiled = compileExpression(source, kubernetesEnvironment())
  if ('error' in compiled) throw new Error(compiled.error)
  return compiled.program.evaluate(() => undefined).value
}

/** What Kubernetes' documentation of its libraries shows, and the borders of it. */
describe('holds', () => {
  test.each([
    // Lists
    '[1, 2, 3].isSorted() && !["a", "c", "b"].isSorted() && [].isSorted()',
    '[1, 3].sum() == 4 && [1.5, 3.0].sum() == 4.5 && [duration("1m"), duration("1s")].sum() == duration("61s")',
    '[1, 3].min() == 1 && ["b", "a"].max() == "b"',
    '[1, 2, 2, 3].indexOf(2) == 1 && ["a", "b", "b", "c"].lastIndexOf("b") == 2 && [1].indexOf(5) == -1',
    // Regular expressions
    '"abc 123".find("[0-9]+") == "123" && "abc".find("[0-9]+") == ""',
    '"1, 2, 3, 4".findAll("[0-9]+").map(x, int(x)).sum() == 10',
    '"123 abc 456".findAll("[0-9]*", 1) == ["123"]',
    '"1a2".findAll("[0-9]*") == ["1", "2"] && "ab".findAll("x*").size() == 3',
    // URLs
    'url("https://example.com:80/").getHost() == "example.com:80"',
    'url("https://[::1]:80/path/to").getHostname() == "::1" && url("https://[::1]:80/").getPort() == "80"',
    'url("https://example.com/path with spaces/").getEscapedPath() == "/path%20with%20spaces/"',
    'url("https://example.com/path?k1=a&k2=b&k2=c").getQuery() == {"k1": ["a"], "k2": ["b", "c"]}',
    'isURL("https://user:pass@example.com:80/path?query=val#fragment") && isURL("/absolute-path")',
    '!isURL("relative-path") && !isURL("https://a:b:c/") && url("/absolute-path").getScheme() == ""',
    // Addresses
    'isIP("127.0.0.1") && isIP("::1") && !isIP("127.0.0.256") && !isIP(":::1") && !isIP("::ffff:1.2.3.4")',
    '!isIP("fe80::1%eth0") && !isIP("010.0.0.1") && isIP("1:2:3:4:5:6:7::")',
    'ip.isCanonical("127.0.0.1") && ip.isCanonical("2001:db8::abcd") && !ip.isCanonical("2001:DB8::ABCD")',
    '!ip.isCanonical("2001:db8::0:0:0:abcd") && string(ip("2001:0:0:1::1")) == "2001:0:0:1::1"',
    'ip("127.0.0.1").family() == 4 && ip("::1").family() == 6',
    'ip("0.0.0.0").isUnspecified() && ip("::").isUnspecified() && !ip("127.0.0.1").isUnspecified()',
    'ip("127.0.0.1").isLoopback() && ip("::1").isLoopback() && !ip("192.168.0.1").isLoopback()',
    'ip("224.0.0.1").isLinkLocalMulticast() && !ip("224.0.1.1").isLinkLocalMulticast()',
    'ip("169.254.169.254").isLinkLocalUnicast() && ip("fe80::1").isLinkLocalUnicast() && !ip("fd80::1").isLinkLocalUnicast()',
    'ip("192.168.0.1").isGlobalUnicast() && !ip("255.255.255.255").isGlobalUnicast() && !ip("ff00::1").isGlobalUnicast()',
    'ip("127.0.0.1") == ip("127.0.0.1") && ip("127.0.0.1") != ip("10.0.0.1")',
    // Networks
    'isCIDR("192.168.0.0/24") && isCIDR("::1/128") && !isCIDR("192.168.0.0/33") && !isCIDR("::1/129")',
    'cidr("192.168.0.0/24").containsIP(ip("192.168.0.1")) && !cidr("192.168.0.0/24").containsIP("192.168.1.1")',
    'cidr("192.168.0.0/16").containsCIDR(cidr("192.168.10.0/24")) && !cidr("192.168.1.0/24").containsCIDR("192.168.0.0/16")',
    'cidr("192.168.0.1/24").ip() == ip("192.168.0.1") && cidr("192.168.0.1/24").masked() == cidr("192.168.0.0/24")',
    'cidr("192.168.0.0/24").prefixLength() == 24 && string(cidr("::1/128")) == "::1/128"',
    // Quantities
    'isQuantity("1.3G") && isQuantity("100k") && !isQuantity("1,3G") && !isQuantity("10000k0")',
    'quantity("50000000G").isInteger() && quantity("50k").asInteger() == 50000 && !quantity("0.5").isInteger()',
    'quantity("50k").asApproximateFloat() == 50000.0 && quantity("100m").asApproximateFloat() == 0.1',
    'quantity("50k").add(quantity("20k")) == quantity("70k") && quantity("50k").add(20).isLessThan(quantity("1M"))',
    'quantity("50k").sub(quantity("20k")) == quantity("30k") && quantity("50k").sub(20000) == quantity("30k")',
    'quantity("200M").compareTo(quantity("0.2G")) == 0 && quantity("50M").compareTo(quantity("50Mi")) == -1',
    'quantity("150Mi").isGreaterThan(quantity("100Mi")) && quantity("50M").isLessThan(quantity("100M"))',
    'quantity("-50k").sign() == -1 && quantity("0").sign() == 0',
    // Sets
    'sets.contains([1, 2, 3, 4], [2, 3]) && !sets.contains([1], [2]) && sets.contains([], [])',
    'sets.equivalent([1, 1, 2], [2, 1]) && sets.intersects([1, 2], [2, 3]) && !sets.intersects([1], [])',
    // Formats
    '!format.dns1123Label().validate("my-label-name").hasValue()',
    'format.dns1123Label().validate("My Label").hasValue() && format.named("dns1123Label").hasValue()',
    'format.named("unknown") == optional.none() && !format.uuid().validate("123e4567-e89b-12d3-a456-426614174000").hasValue()',
    'format.datetime().validate("2021-13-01T00:00:00Z").hasValue() && !format.date().validate("2021-01-01").hasValue()',
    '!format.dns1123LabelPrefix().validate("my-").hasValue() && format.labelValue().validate("a b").hasValue()',
    '!format.byte().validate("aGVsbG8=").hasValue() && format.byte().validate("aGVsbG8").hasValue()',
    // Versions
    'isSemver("1.2.3") && !isSemver("v1.2.3") && isSemver("v1.0", true) && !isSemver("1.02.0") && isSemver("1.02", true)',
    'semver("1.2.3-rc.1").major() == 1 && semver("1.2.3").minor() == 2 && semver("1.2.3").patch() == 3',
    'semver("1.2.3").isLessThan(semver("1.10.0")) && semver("1.0.0").isGreaterThan(semver("1.0.0-rc.1"))',
    'semver("1.0.0-alpha.2").compareTo(semver("1.0.0-alpha.10")) == -1 && semver("1.2.3+a") == semver("1.2.3+b")',
    // Optional values and macros with two variables
    '{"a": 1}[?"a"].orValue(5) == 1 && {"a": 1}.?b.optMap(x, x + 1).orValue(9) == 9',
    '{"a": 1, "b": 2}.all(k, v, k < "c" && v > 0) && ["x", "y"].transformMap(i, v, v + string(i)) == {0: "x0", 1: "y1"}',
    '[1, 2, 3].transformList(i, v, i > 0, i * v) == [2, 6]',
  ])('%s', source => {
    expect(evaluate(source)).toBe(true)
  })
})

describe('fails', () => {
  test.each([
    ['[].min() == dyn(1)', 'min called on empty list'],
    ['url("../relative-path").getHost() == ""', 'URL parse error during conversion from string'],
    ['ip("1.2.3").family() == 4', 'IP Address "1.2.3" parse error during conversion from string'],
    [
      'cidr("1.2.3.4").prefixLength() == 4',
      'network address parse error during conversion from string',
    ],
    ['quantity("0.5").asInteger() == 0', 'cannot convert value to integer'],
    ['quantity("Five").sign() == 1', 'quantities must match the regular expression'],
    ['semver("1.2").major() == 1', 'invalid semantic version'],
    ['[9223372036854775807, 1].sum() > 0', 'integer overflow'],
    ['"a".matches("(" + "")', 'error parsing regexp: missing closing ): `(`'],
    ['optional.none().value() == dyn(1)', 'optional.none() dereference'],
  ])('%s', (source, message) => {
    const value = evaluate(source)
    expect(value).toBeInstanceOf(CelError)
    expect((value as CelError).message).toContain(message)
  })
})

describe('is not taken', () => {
  test.each([
    ['"a".matches("(")', 'ERROR: <input>:1:13: invalid matches argument'],
    ['duration("1x") > duration("1s")', 'ERROR: <input>:1:10: invalid duration argument'],
    ['timestamp("yesterday") == timestamp(0)', 'ERROR: <input>:1:11: invalid timestamp argument'],
    ['[1, "a"].size() == 2', "ERROR: <input>:1:5: expected type 'int' but found 'string'"],
    [`${'1 + '.repeat(300)}1 > 0`, 'expression recursion limit exceeded: 250'],
    [`${'['.repeat(300)}${']'.repeat(300)} == []`, 'expression recursion limit exceeded: 250'],
    [`"${'a'.repeat(100_001)}" == ""`, 'expression code point size exceeds limit'],
  ])('%s', (source, problem) => {
    const compiled = compileExpression(source, kubernetesEnvironment())
    expect('error' in compiled ? compiled.error : '').toContain(problem)
  })
})
