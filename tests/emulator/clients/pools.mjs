// Grow a pool by one node and wait for it, with signed requests and nothing but Node's library.
// Usage: node pools.mjs URL PROJECT POOL, with AK and SK in the environment.
import { createHash, createHmac } from 'node:crypto'

const [url, project, pool] = process.argv.slice(2)
const { AK, SK } = process.env

const strict = text => encodeURIComponent(text).replace(/[!'()*]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase())
const sha256 = text => createHash('sha256').update(text).digest('hex')

function signed(method, target, body, headers) {
  const path = target.pathname.split('/').map(part => strict(decodeURIComponent(part))).join('/') + '/'
  const query = [...target.searchParams].map(pair => pair.map(strict).join('=')).sort().join('&')
  const all = { ...headers, host: target.host, 'x-sdk-date': new Date().toISOString().replace(/[-:]|\.\d+/g, '') }
  const names = Object.keys(all).sort()
  const lines = names.map(name => `${name}:${all[name]}\n`).join('')
  const canonical = [method, path, query, lines, names.join(';'), sha256(body)].join('\n')
  const text = ['SDK-HMAC-SHA256', all['x-sdk-date'], sha256(canonical)].join('\n')
  const signature = createHmac('sha256', SK).update(text).digest('hex')
  all.authorization = `SDK-HMAC-SHA256 Access=${AK}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return all
}

async function call(method, path, document, headers = {}) {
  const body = document === undefined ? '' : JSON.stringify(document)
  const target = new URL(path, url)
  const answer = await fetch(target, { method, body: body || undefined, headers: signed(method, target, body, headers) })
  const read = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${target.pathname}: ${answer.status} ${read.error_code} ${read.error_msg}`)
  return read
}

const selector = strict(`os.modelarts/name=${pool.slice(0, -project.length - 1)}`)
const listed = await call('GET', `/v2/${project}/pools?labelSelector=${selector}`)
const { spec } = listed.items.find(item => item.metadata.name === pool)
const resources = spec.resources.map((entry, index) => (index ? entry : { ...entry, count: entry.count + 1, maxCount: entry.count + 1 }))
const patch = { 'content-type': 'application/merge-patch+json' }
const patched = await call('PATCH', `/v2/${project}/pools/${pool}`, { spec: { resources } }, patch)
const name = patched.metadata.labels['os.modelarts/order.name']

let order
do {
  const orders = await call('GET', `/v1/${project}/orders?involvedName=${pool}`)
  order = orders.items.find(item => item.orderName === name)
} while (['pending', 'processing'].includes(order.phase))
console.log(`${pool}: ${spec.resources[0].count} -> ${order.resultCount[0].count}, ${order.phase}`)
