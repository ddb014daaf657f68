/** Whether a host name or address, as one binds to or as URLs hold it, is of this machine only. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase();
  return name === 'localhost' || name === '::1' || name === '[::1]' || isLoopbackIpv4(name);
}

/** Whether a peer's address is of this machine; Node writes IPv4 peers of a dual-stack socket as `::ffff:127.0.0.1`. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || isLoopbackIpv4(address.startsWith('::ffff:') ? address.slice(7) : address);
}

/** The host of a `Host` header, without its port. */
export function hostName(header: string | undefined): string {
  if (header === undefined) return '';
  if (header.startsWith('[')) return header.slice(0, header.indexOf(']') + 1);
  const colon = header.indexOf(':');
  return colon < 0 ? header : header.slice(0, colon);
}

function isLoopbackIpv4(address: string): boolean {
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}
