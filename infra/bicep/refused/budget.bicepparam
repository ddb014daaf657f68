// Refused: budgetStartDate: missing; a budget begins on the first day of a month

using '../main.bicep'
extends '../minimal.bicepparam'

param monthlyBudget = 500
