// Refused: budgetStartDate: missing; a budget begins on the first day of a month

using '../main.bicep'
extends '../minimal.bicepparam'

param monthlyBudgetTelephony = 500
param budgetStartDate = '2026-12-15'
