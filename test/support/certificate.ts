import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { tempDir } from './temp-dir.ts';

/** A certificate for `localhost` and 127.0.0.1 that signs itself, so it is its own authority, and its private key. PEM. */
export type Certificate = {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Removes the files. */
  remove(): Promise<void>;
};

const HOUR_MS = 3_600_000;
const NAME = 'localhost';
const ADDRESS = Buffer.from([127, 0, 0, 1]);

/** Of the encoding of ASN.1 (ITU-T X.690); those from 0x80 mean what their context says (RFC 5280). */
const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, text: 0x0c, time: 0x17, sequence: 0x30, set: 0x31 } as const;
const EXPLICIT = { version: 0xa0, extensions: 0xa3 } as const;
const ALTERNATIVE = { dns: 0x82, ip: 0x87 } as const;
/** Object identifiers, encoded whole. */
const OID = {
  ecdsaWithSha256: Buffer.from('06082a8648ce3d040302', 'hex'),
  commonName: Buffer.from('0603550403', 'hex'),
  subjectAltName: Buffer.from('0603551d11', 'hex'),
} as const;

/** Makes one that is valid for an hour, because Node has everything but that. */
export async function makeCertificate(): Promise<Certificate> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const toSign = toBeSigned(publicKey.export({ type: 'spki', format: 'der' }), Date.now());
  const algorithm = der(TAG.sequence, OID.ecdsaWithSha256);
  const signed = der(TAG.sequence, toSign, algorithm, bits(sign('sha256', toSign, privateKey)));
  const cert = `-----BEGIN CERTIFICATE-----\n${signed.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { file, remove } = await tempDir('tls');
  const [certFile, keyFile] = [file('cert.pem'), file('key.pem')];
  await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key, { mode: 0o600 })]);
  return { cert, key, certFile, keyFile, remove };
}

/** RFC 5280, 4.1: TBSCertificate. */
function toBeSigned(publicKeyInfo: Buffer, nowMs: number): Buffer {
  const name = der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, OID.commonName, der(TAG.text, Buffer.from('Callistra test')))),
  );
  const names = der(TAG.sequence, der(ALTERNATIVE.dns, Buffer.from(NAME)), der(ALTERNATIVE.ip, ADDRESS));
  const extension = der(TAG.sequence, OID.subjectAltName, der(TAG.octets, names));
  return der(
    TAG.sequence,
    der(EXPLICIT.version, der(TAG.integer, Buffer.from([2]))),
    // A first byte without its top bit: serial numbers are positive.
    der(TAG.integer, Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    der(TAG.sequence, OID.ecdsaWithSha256),
    name,
    der(TAG.sequence, time(nowMs - HOUR_MS), time(nowMs + HOUR_MS)),
    name,
    publicKeyInfo,
    der(EXPLICIT.extensions, der(TAG.sequence, extension)),
  );
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function bits(bytes: Buffer): Buffer {
  return der(TAG.bits, Buffer.from([0]), bytes);
}

/** `YYMMDDHHMMSSZ`: until 2049 a date has two digits of its year. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().slice(2, 19).replaceAll(/\D/g, '');
  return der(TAG.time, Buffer.from(`${digits}Z`));
}
