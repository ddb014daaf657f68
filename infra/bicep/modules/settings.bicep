// What the settings of the server and of its jobs have in common. Deploys nothing.

@export()
@description('The plan\'s own table of members: its name with its schema, and its columns where they are called otherwise.')
type membersTable = {
  table: string
  idColumn: string?
  phoneColumn: string?
  nameColumn: string?
  timeZoneColumn: string?
  @description('Whether the migration makes the table when there is none; then members are imported, else they are only read.')
  create: bool?
  @description('Whether the migration adds the index that the look-up by number wants.')
  index: bool?
}

@export()
@description('The environment of a container for the members\' table, the same wherever SQL is opened.')
func membersSettings(members membersTable) array =>
  concat(
    [
      { name: 'MEMBERS_TABLE', value: members.table }
      { name: 'MEMBERS_ID_COLUMN', value: members.?idColumn ?? 'MemberId' }
      { name: 'MEMBERS_PHONE_COLUMN', value: members.?phoneColumn ?? 'PhoneNumber' }
      { name: 'MEMBERS_CREATE', value: (members.?create ?? false) ? 'true' : 'false' }
      { name: 'MEMBERS_INDEX', value: (members.?index ?? false) ? 'true' : 'false' }
    ],
    empty(members.?nameColumn) ? [] : [{ name: 'MEMBERS_NAME_COLUMN', value: members.?nameColumn ?? '' }],
    empty(members.?timeZoneColumn) ? [] : [{ name: 'MEMBERS_TIME_ZONE_COLUMN', value: members.?timeZoneColumn ?? '' }]
  )

@export()
@description('Further settings of the deployment. A switch or number given as one becomes text: Azure takes nothing else.')
func furtherSettings(further object) array =>
  map(items(further), setting => {
    name: setting.key
    // Of a switch string() makes True.
    value: contains(['True', 'False'], string(setting.value)) ? toLower(string(setting.value)) : string(setting.value)
  })

@export()
@description('Those that the deployment gives itself.')
var ownSettings = [
  ...['HOST', 'PORT', 'PUBLIC_BASE_URL', 'TRUSTED_HOPS', 'SHUTDOWN_SECONDS', 'LOG_LEVEL']
  ...['ACS_ENDPOINT', 'ACS_RESOURCE_ID', 'ACS_CALLER_ID', 'ACS_TEAMS_RESOURCE_ACCOUNT', 'COGNITIVE_SERVICES_ENDPOINT']
  ...[
    'TABLES_ENDPOINT'
    'TABLES_PREFIX'
    'QUEUE_ENDPOINT'
    'QUEUE_PREFIX'
    'CHECKPOINT_CONTAINER_URL'
    'CHECKPOINT_KEY'
  ]
  ...['SQL_SERVER', 'SQL_DATABASE', 'SQL_MIGRATE', 'MEMBERS_TABLE', 'MEMBERS_ID_COLUMN', 'MEMBERS_PHONE_COLUMN']
  ...['MEMBERS_NAME_COLUMN', 'MEMBERS_TIME_ZONE_COLUMN', 'MEMBERS_CREATE', 'MEMBERS_INDEX']
  ...['ENTRA_TENANT_ID', 'ENTRA_AUDIENCE', 'ENTRA_CLIENT_ID', 'ENTRA_CLIENT_SECRET']
  ...['SESSION_KEY', 'SESSION_KEY_BEFORE', 'SESSION_IDLE_MINUTES', 'CALLBACK_SECRET_KEY', 'CALLBACK_SECRET_KEY_BEFORE']
  ...['EVENT_GRID_SUBSCRIPTIONS', 'EVENT_GRID_AUDIENCE', 'EVENT_GRID_TOPIC_ENDPOINT', 'CALLBACK_URL_ALLOW']
  ...['CONCURRENT_CALLS', 'CALLS_PER_SECOND', 'QUESTIONNAIRE_FILE', 'API_KEYS_FILE', 'STAFF_NAMES_FILE']
  ...['APPLICATIONINSIGHTS_CONNECTION_STRING', 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING']
  ...['AZURE_CLIENT_ID', 'AZURE_TOKEN_CREDENTIALS']
]

@export()
@description('Why further settings are refused, in words.')
func furtherProblems(further object) string[] =>
  empty(intersection(ownSettings, objectKeys(further)))
    ? []
    : [
        'extraSettings: ${join(intersection(ownSettings, objectKeys(further)), ', ')}: given by a parameter of its own already'
      ]
