// Generates requests with their policies and has @cloud-copilot/iam-simulate decide them: a second opinion on
// cfct_core::iam::evaluate. The package is a test oracle only, and never part of the toolkit.
//
//   npm install @cloud-copilot/iam-simulate      (anywhere; run the script from there)
//   node …/tests/oracles/iam_simulate.mjs COUNT [SEED] > cases.json
//   node …/tests/oracles/iam_simulate.mjs time FOLDER      (for `cargo xtask bench`: decisions in a second)
//
// IAM_SIMULATE_CASES=cases.json cargo test -p cfct-core --test iam_simulate holds the evaluator to them, as `cargo xtask test`
// does with 20,000 of them. Without it the test reads tests/fixtures/vectors/iam-simulate.json, which this script wrote with
// COUNT 400.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const here = createRequire(process.cwd() + '/')
const load = (name) => import(pathToFileURL(here.resolve(name).replace('/cjs/', '/esm/')))
const { runSimulation } = await load('@cloud-copilot/iam-simulate')

let state = Number(process.argv[3] ?? 20261123)

// mulberry32: small, and the same everywhere.
function random() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const chance = (p) => random() < p
const pick = (list) => list[Math.floor(random() * list.length)]
const some = (list, most = 3) => {
  const chosen = new Set([pick(list)])
  while (chosen.size < most && chance(0.4)) chosen.add(pick(list))
  return [...chosen]
}
const oneOrMany = (list) => (list.length === 1 && chance(0.5) ? list[0] : list)

const HOME = '111122223333'
const OTHER = '444455556666'
const roleArn = `arn:aws:iam::${HOME}:role/App`
const PRINCIPALS = [roleArn, `arn:aws:sts::${HOME}:assumed-role/App/i-1`, `arn:aws:iam::${HOME}:user/Ada`]
const vault = (account) => `arn:aws:backup:eu-central-1:${account}:backup-vault:main`
const key = (account) => `arn:aws:kms:eu-central-1:${account}:key/0123`
const TARGETS = [
  ['backup:DeleteBackupVault', vault],
  ['backup:PutBackupVaultAccessPolicy', vault],
  ['backup:CopyIntoBackupVault', vault],
  ['backup:CopyFromBackupVault', vault],
  ['kms:Decrypt', key],
  ['kms:ScheduleKeyDeletion', key],
]
const ACTIONS = ['*', 'backup:*', 'backup:Delete*', 'BACKUP:deletebackupvault', 'backup:Copy?*BackupVault',
  'backup:CopyIntoBackupVault', 'kms:*', 'kms:Decrypt', 'kms:Schedule*', 's3:GetObject', 'backup:Put*Policy']
const RESOURCES = ['*', 'arn:aws:backup:*:*:*', `arn:aws:backup:*:${HOME}:backup-vault:*`, 'arn:aws:kms:*:*:key/*',
  vault(OTHER), 'arn:aws:backup:*:*:backup-vault:ma?n', 'arn:*:s3:::*', `arn:aws:backup:*:*:backup-vault:\${aws:PrincipalTag/team}`]

// Now and then a case has one of these, of which the library and AWS's documentation say different things.
// cfct/core/tests/iam_simulate.rs names them, and the tests of the evaluator that say what it does and why.
const ODD = 0.02

const CONTEXT = {
  'aws:PrincipalTag/team': ['main', 'red', 'a*b', ''],
  'aws:MultiFactorAuthPresent': ['true', 'false'],
  'aws:MultiFactorAuthAge': ['0', '300', '3600'],
  'aws:SourceIp': ['203.0.113.9', '198.51.100.1'],
  'aws:CurrentTime': ['2026-11-23T04:00:00Z', '2025-01-01T00:00:00Z'],
  'aws:SourceArn': [roleArn, vault(HOME)],
  'aws:PrincipalOrgPaths': [['o-a/r-b/ou-b-c/'], ['o-a/r-b/', 'o-a/r-b/ou-b-c/']],
  'aws:PrincipalArn': [],
}
const VALUES = {
  'aws:PrincipalTag/team': ['main', 'RED', 'a*', '*', 'none', 'a${*}b', '${aws:PrincipalTag/team}', "${aws:PrincipalTag/none, 'red'}"],
  'aws:MultiFactorAuthPresent': ['true', 'false'],
  'aws:MultiFactorAuthAge': ['0', '300', '1000'],
  'aws:SourceIp': ['203.0.113.0/24', '198.51.100.1'],
  'aws:CurrentTime': ['2026-11-23T04:00:00Z', '2026-01-01T00:00:00Z'],
  'aws:SourceArn': ['arn:aws:iam::*:role/*', vault('*'), roleArn],
  'aws:PrincipalOrgPaths': ['o-a/*', 'o-a/r-b/', 'o-a/r-b/ou-b-c/*', 'o-z/*'],
  'aws:PrincipalArn': ['arn:*:iam::*:role/*', roleArn, `arn:aws:iam::${HOME}:user/*`],
}
const strings = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike']
const compared = (kind) => ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map((suffix) => kind + suffix)
const arns = ['ArnEquals', 'ArnNotEquals', 'ArnLike', 'ArnNotLike']
const OPERATORS = {
  'aws:PrincipalTag/team': strings,
  'aws:MultiFactorAuthPresent': ['Bool'],
  'aws:MultiFactorAuthAge': compared('Numeric'),
  'aws:SourceIp': ['IpAddress', 'NotIpAddress'],
  'aws:CurrentTime': compared('Date'),
  'aws:SourceArn': arns,
  'aws:PrincipalOrgPaths': strings.flatMap((operator) => [`ForAnyValue:${operator}`, `ForAllValues:${operator}`]),
  'aws:PrincipalArn': arns,
}

function condition() {
  const condition = {}
  for (const name of some(Object.keys(VALUES), 2)) {
    const written = chance(0.2) ? name.toUpperCase().replace('/TEAM', '/team') : name
    if (chance(0.12)) {
      condition.Null = { ...condition.Null, [written]: pick(['true', 'false']) }
      continue
    }
    const plain = pick(OPERATORS[name])
    const operator = plain + (chance(plain.startsWith('ForAnyValue') ? 3 * ODD : 0.25) ? 'IfExists' : '')
    const values = some(VALUES[name])
    if (name === 'aws:SourceIp' && chance(8 * ODD)) values.push(pick(['0.0.0.0/0', '2001:db8::/32']))
    condition[operator] = { ...condition[operator], [written]: oneOrMany(values) }
  }
  return condition
}

function statement(effect, principal) {
  const built = { Effect: effect }
  if (chance(0.5)) built.Sid = `S${Math.floor(random() * 1000)}`
  if (principal) built.Principal = principal
  built[chance(0.15) ? 'NotAction' : 'Action'] = oneOrMany(some(ACTIONS))
  const negated = chance(0.1)
  const patterns = negated && !chance(3 * ODD) ? RESOURCES.filter((arn) => !arn.includes('${')) : RESOURCES
  const resources = some(patterns)
  if (chance(ODD)) resources.push(pick(['arn:aws:backup', 'arn:aws:kms:*']))
  built[negated ? 'NotResource' : 'Resource'] = oneOrMany(resources)
  if (chance(0.55)) built.Condition = condition()
  return built
}
const unique = (statements) => statements.map((one, index) => (one.Sid ? { ...one, Sid: `${one.Sid}x${index}` } : one))
const policy = (...statements) => ({ Version: '2012-10-17', Statement: unique(statements) })
const FULL = { Effect: 'Allow', Action: '*', Resource: '*' }
const broad = () => (chance(0.6) ? FULL : statement('Allow'))

function serviceControl() {
  return ['Root', 'Workloads', HOME].slice(0, 1 + Math.floor(random() * 3)).map(() => {
    const policies = chance(0.85) ? [policy(FULL)] : [policy(statement('Allow'))]
    if (chance(0.35)) policies.push(policy(statement('Deny')))
    return policies
  })
}

function resourcePolicy() {
  const principal = () => pick(['*', { AWS: '*' }, { AWS: `arn:aws:iam::${HOME}:root` }, { AWS: HOME }, { AWS: roleArn },
    { AWS: PRINCIPALS[1] }, { AWS: [PRINCIPALS[2], OTHER] }, { Service: 'backup.amazonaws.com' }])
  const statements = [chance(0.5) ? { ...FULL, Principal: principal() } : statement('Allow', principal())]
  if (chance(0.25)) statements.push(statement('Deny', principal()))
  return policy(...statements)
}

function generate(id) {
  const principal = pick(PRINCIPALS)
  const [action, arn] = pick(TARGETS)
  const account = chance(0.7) ? HOME : OTHER
  const context = { 'aws:PrincipalArn': principal.includes('assumed-role') ? roleArn : principal }
  for (const [name, values] of Object.entries(CONTEXT)) {
    if (values.length && chance(0.6)) context[name] = pick(values)
  }
  const isKey = action.startsWith('kms:')
  const made = {
    id: String(id), principal, action, resource: arn(account), context,
    identity_policies: chance(0.85) ? [policy(broad(), ...(chance(0.2) ? [statement('Deny')] : []))] : [],
    resource_policy: chance(isKey || account === OTHER ? 0.8 : 0.3) ? resourcePolicy() : null,
    service_control: serviceControl(),
    resource_control: chance(isKey ? 0.5 : ODD) ? [[policy(statement('Deny', '*'))]] : [],
    permissions_boundary: chance(0.2) ? policy(broad()) : null,
    session_policies: chance(0.15) && !principal.includes('user/') ? [policy(broad())] : [],
  }
  const text = JSON.stringify(made.resource_policy)
  const asAnyone = text.match(/"Principal":("\*"|\{"AWS":"\*"\})/)
  if (asAnyone && !principal.includes('user/') && !chance(5 * ODD)) made.permissions_boundary = null
  return made
}

async function decide(made) {
  const named = (policies) => policies.map((policy, index) => ({ name: `p${index}`, policy }))
  const levels = (list) => list.map((policies, index) => ({ orgIdentifier: `level-${index}`, policies: named(policies) }))
  const result = await runSimulation({
    request: {
      principal: made.principal, action: made.action, contextVariables: made.context,
      resource: { resource: made.resource, accountId: made.resource.split(':')[4] },
    },
    identityPolicies: named(made.identity_policies),
    serviceControlPolicies: levels(made.service_control),
    resourceControlPolicies: levels(made.resource_control),
    resourcePolicy: made.resource_policy ?? undefined,
    permissionBoundaryPolicies: made.permissions_boundary ? named([made.permissions_boundary]) : undefined,
    sessionPolicy: made.session_policies[0],
  }, {})
  if (result.resultType === 'error') return null
  // What the library takes for no key of this request, it leaves out; so must we.
  for (const ignored of result.result?.ignoredContextKeys ?? []) delete made.context[ignored]
  return { Allowed: 'allowed', ExplicitlyDenied: 'explicit-deny', ImplicitlyDenied: 'implicit-deny' }[result.overallResult]
}

async function generated(count) {
  const cases = []
  let errors = 0
  for (let id = 1; cases.length < count; id += 1) {
    const made = generate(id)
    const decision = await decide(made)
    if (!decision) { errors += 1; if (errors > 20 * count) throw new Error('the library refuses too much'); continue }
    cases.push(JSON.stringify({ ...made, decision }))
  }
  process.stdout.write(`[\n${cases.join(',\n')}\n]\n`)
  process.stderr.write(`${cases.length} cases, ${errors} refused by the library\n`)
}

// Decisions in a second on the requests of a folder, each under the same service control policies. These are validated once,
// beforehand, which is what the library offers for many requests.
async function timed(folder) {
  const read = (name) => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'))
  const { createValidatedPolicy, validateServiceControlPolicy, validateIdentityPolicy, validateResourcePolicy } = await load('@cloud-copilot/iam-policy')
  const once = (document, validate, index) => ({ name: `p${index}`, policy: createValidatedPolicy(document, validate) })
  const serviceControlPolicies = read('service-control').map((policies, index) => ({
    orgIdentifier: `level-${index}`, policies: policies.map((one, at) => once(one, validateServiceControlPolicy, at)),
  }))
  const identityPolicies = [once(policy(FULL), validateIdentityPolicy, 0)]
  const resourcePolicy = createValidatedPolicy(policy({ ...FULL, Principal: '*' }), validateResourcePolicy)
  const requests = read('requests')
  const start = performance.now()
  let allowed = 0
  for (const { principal, action, resource, context } of requests) {
    const simulation = {
      request: { principal, action, contextVariables: context, resource: { resource, accountId: principal.split(':')[4] } },
      identityPolicies, serviceControlPolicies, resourceControlPolicies: [], resourcePolicy,
    }
    const result = await runSimulation(simulation, {})
    if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors))
    if (result.overallResult === 'Allowed') allowed += 1
  }
  process.stdout.write(`${Math.round(requests.length / ((performance.now() - start) / 1000))} ${allowed}\n`)
}

await (process.argv[2] === 'time' ? timed(process.argv[3]) : generated(Number(process.argv[2] ?? 400)))
