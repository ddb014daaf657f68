import type { Coding } from './audit-event.ts';

const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const HL7 = 'http://terminology.hl7.org/CodeSystem';
const BALP = 'https://profiles.ihe.net/ITI/BALP';
const INTERACTION = 'http://hl7.org/fhir/restful-interaction';

/** Patterns of IHE BALP 1.1.4. */
export const PROFILES = {
  read: `${BALP}/StructureDefinition/IHE.BasicAudit.Read`,
  patientRead: `${BALP}/StructureDefinition/IHE.BasicAudit.PatientRead`,
  query: `${BALP}/StructureDefinition/IHE.BasicAudit.Query`,
  patientQuery: `${BALP}/StructureDefinition/IHE.BasicAudit.PatientQuery`,
  disclosure: `${BALP}/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source`,
} as const;

export const EVENT = {
  rest: { system: `${HL7}/audit-event-type`, code: 'rest', display: 'RESTful Operation' },
  export: { system: DCM, code: '110106', display: 'Export' },
  alert: { system: DCM, code: '110113', display: 'Security Alert' },
} as const satisfies Record<string, Coding>;

export const SUBTYPE = {
  read: { system: INTERACTION, code: 'read', display: 'read' },
  search: { system: INTERACTION, code: 'search', display: 'search' },
  update: { system: INTERACTION, code: 'update', display: 'update' },
  delete: { system: INTERACTION, code: 'delete', display: 'delete' },
  disclose: { system: `${HL7}/iso-21089-lifecycle`, code: 'disclose' },
  archive: { system: `${HL7}/iso-21089-lifecycle`, code: 'archive' },
  byRole: { system: `${BALP}/CodeSystem/AuthZsubType`, code: 'AuthZ-Role' },
} as const satisfies Record<string, Coding>;

export const AGENT = {
  /** Where data goes out of. */
  from: { system: DCM, code: '110153', display: 'Source Role ID' },
  /** Where it goes to. */
  to: { system: DCM, code: '110152', display: 'Destination Role ID' },
  application: { system: DCM, code: '110150', display: 'Application' },
  user: { system: `${HL7}/v3-ParticipationType`, code: 'IRCP', display: 'information recipient' },
} as const satisfies Record<string, Coding>;

export const ENTITY = {
  person: { system: `${HL7}/audit-entity-type`, code: '1', display: 'Person' },
  system: { system: `${HL7}/audit-entity-type`, code: '2', display: 'System Object' },
  call: { system: 'http://hl7.org/fhir/resource-types', code: 'Communication', display: 'Communication' },
  requestId: { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' },
} as const satisfies Record<string, Coding>;

export const ROLE = {
  patient: { system: `${HL7}/object-role`, code: '1', display: 'Patient' },
  report: { system: `${HL7}/object-role`, code: '3', display: 'Report' },
  resource: { system: `${HL7}/object-role`, code: '4', display: 'Domain Resource' },
  query: { system: `${HL7}/object-role`, code: '24', display: 'Query' },
} as const satisfies Record<string, Coding>;

export const SERVER_SOURCE: Coding = {
  system: `${HL7}/security-source-type`,
  code: '4',
  display: 'Application Server',
};

export function purposeCoding(code: string): Coding {
  return { system: `${HL7}/v3-ActReason`, code };
}

/** Names of our own, of things that no other system names. */
export const OURS = {
  member: 'urn:callistra:member',
  call: 'urn:callistra:call',
  /** `{stream}/{version}` of the log. */
  entry: 'urn:callistra:entry',
  export: 'urn:callistra:export',
  /** Of Entra ID it is an id. */
  staff: 'urn:callistra:staff',
  role: 'urn:callistra:role',
  /** `person`, `app`, `api-key`, `loopback`, `os-user`. */
  actorKind: 'urn:callistra:actor-kind',
  /** What somebody did, in the log's word for it. */
  action: 'urn:callistra:action',
} as const;
