// What the parameters must be, asked before anything is made; each function answers with what is wrong, in words. Deploys nothing.

var lowerLetters = 'abcdefghijklmnopqrstuvwxyz'
var digits = '0123456789'
var hexadecimal = '0123456789abcdef'

func isOf(text string, characters string) bool =>
  empty(filter(range(0, length(text)), at => !contains(characters, substring(text, at, 1))))

@description('A letter, then letters and digits, all of them small: the beginning of every name.')
func isPlainName(text string) bool => isOf(take(text, 1), lowerLetters) && isOf(text, '${lowerLetters}${digits}')

@description('As the name of a table may begin: a letter, then letters and digits.')
func isTablesPrefix(text string) bool => isPlainName(toLower(text))

@description('As the name of a queue may begin: small letters, digits and single hyphens between them.')
func isQueuePrefix(text string) bool =>
  isOf(text, '${lowerLetters}${digits}-') && !startsWith(text, '-') && !endsWith(text, '-') && !contains(text, '--')

@description('The version of a secret in a vault.')
func isVersion(text string) bool => length(text) == 32 && isOf(text, hexadecimal)

@description('An id of Entra ID.')
func isGuid(text string) bool =>
  join(map(split(text, '-'), part => string(length(part))), ' ') == '8 4 4 4 12' && isOf(
    toLower(replace(text, '-', '')),
    hexadecimal
  )

@description('E.164: a plus and 8 to 15 digits.')
func isNumber(text string) bool =>
  startsWith(text, '+') && length(text) > 8 && length(text) < 17 && isOf(substring(text, 1), digits)

@description('The first day of a month.')
func isFirstDay(text string) bool =>
  length(text) == 10 && endsWith(text, '-01') && isOf(replace(text, '-', ''), digits) && length(replace(text, '-', '')) == 8

// Quarters of a vCore, because Bicep has no fractions.
var quarters = {
  '0.5': 2
  '0.75': 3
  '1': 4
  '1.0': 4
  '1.25': 5
  '1.5': 6
  '1.75': 7
  '2': 8
  '2.25': 9
  '2.5': 10
  '3': 12
  '4': 16
  '5': 20
  '6': 24
  '8': 32
  '10': 40
}

@description('''Whether a serverless database of so many vCores may go down to so few: half a vCore, and an eighth of the most from six on
(learn.microsoft.com/azure/azure-sql/database/resource-limits-vcore-single-databases, read on 26 Nov 2026).''')
func isLeastVcores(least string, most int) bool =>
  contains(quarters, least) && int(quarters[?least] ?? 0) * 2 >= max(4, most) && int(quarters[?least] ?? 0) <= most * 4

@export()
func nameProblems(namePrefix string, environmentName string, tablesPrefix string, queuePrefix string) string[] =>
  concat(
    isPlainName(namePrefix) ? [] : ['namePrefix: a small letter, then small letters and digits'],
    isPlainName(environmentName) ? [] : ['environmentName: a small letter, then small letters and digits'],
    isTablesPrefix(tablesPrefix) ? [] : ['tablesPrefix: a letter, then letters and digits'],
    isQueuePrefix(queuePrefix) ? [] : ['queuePrefix: small letters, digits and single hyphens between them']
  )

@export()
func lineProblems(callerId string, teamsAccount string, eventGridAudience string, isSubscribed bool) string[] =>
  concat(
    empty(callerId) == empty(teamsAccount) ? ['set exactly one of acsCallerId and acsTeamsResourceAccount'] : [],
    empty(callerId) || isNumber(callerId) ? [] : ['acsCallerId: a plus and 8 to 15 digits'],
    empty(teamsAccount) || isGuid(teamsAccount)
      ? []
      : ['acsTeamsResourceAccount: the object id of the resource account, a GUID'],
    !empty(callerId) && empty(eventGridAudience)
      ? ['eventGridAudience: missing; Event Grid proves with it who it is']
      : [],
    empty(callerId) && isSubscribed
      ? ['deployEventSubscription: Event Grid tells nothing of calls that a Teams resource account places']
      : []
  )

@export()
@description('Of a key, and of the one before it if there is one.')
func versionProblems(name string, version string, before string) string[] =>
  concat(
    isVersion(version) && (empty(before) || isVersion(before))
      ? []
      : ['${name}: 32 of 0-9 and a-f, the last part of its id in the vault; so is the one before it'],
    version == before ? ['${name}: the version before it must be another'] : []
  )

@export()
func serverProblems(hostName string, certificateId string, minReplicas int, maxReplicas int, callsPerSecond string) string[] =>
  concat(
    empty(hostName) == empty(certificateId)
      ? []
      : ['publicHostName and certificateId: a host name is bound with its certificate; set both or none'],
    minReplicas > maxReplicas ? ['minReplicas: more than maxReplicas'] : [],
    isOf(callsPerSecond, '${digits}.') ? [] : ['callsPerSecond: a number, such as 1 or 2.5']
  )

@export()
func sqlProblems(minVcores string, maxVcores int, pauseMinutes int) string[] =>
  concat(
    contains([1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32, 40], maxVcores)
      ? []
      : ['sqlMaxVcores: 1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 32 or 40'],
    isLeastVcores(minVcores, maxVcores)
      ? []
      : ['sqlMinVcores: half a vCore at least, an eighth of sqlMaxVcores from 6 on, and no more than those'],
    pauseMinutes == -1 || (pauseMinutes >= 15 && pauseMinutes <= 10080)
      ? []
      : ['sqlAutoPauseMinutes: 15 to 10,080, or -1']
  )

@export()
func budgetProblems(amount int, startDate string) string[] =>
  amount > 0 && !isFirstDay(startDate) ? ['budgetStartDate: missing; a budget begins on the first day of a month'] : []
