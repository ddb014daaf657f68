import { type AgentOptions, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { proxyFor } from './proxy.ts';

/** The connections of one client, kept and shared. */
export type Agents = {
  /** Those that a request to this address goes over. @throws ProxyError */
  of(url: string): HttpAgent;
  close(): void;
};

/** @param options of Node's agents */
export function createAgents(options: AgentOptions): Agents {
  const http = new HttpAgent(options);
  const https = new HttpsAgent(options);
  // A process knows a handful of proxies at most.
  const proxied = new Map<string, HttpAgent>();
  const through = (proxy: URL): HttpAgent => {
    const agent = proxied.get(proxy.href) ?? tunnels(proxy, options);
    proxied.set(proxy.href, agent);
    return agent;
  };
  return {
    of(url) {
      const proxy = proxyFor(url);
      if (proxy) return through(proxy);
      return url.startsWith('https:') ? https : http;
    },
    close() {
      for (const agent of [http, https, ...proxied.values()]) agent.destroy();
    },
  };
}

/** Connections through a proxy. One that it refuses was never made: the library would hand on its answer as the service's. */
function tunnels(proxy: URL, options: AgentOptions): HttpAgent {
  const agent = new HttpsProxyAgent(proxy, options);
  // The library forgets most of them.
  Object.assign(agent.options, options);
  agent.on('proxyConnect', ({ statusCode }, request) => {
    if (statusCode === 200) return;
    const refusal = new Error(`connect: the proxy answers ${statusCode}`);
    request.destroy(Object.assign(refusal, { code: 'ECONNREFUSED' }));
  });
  return agent;
}
