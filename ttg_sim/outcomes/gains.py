"""Of which outcomes people themselves have a gain, and on which side; whether a recall is one, nobody decides here."""

LESS_IS_A_GAIN = (
    "reoffending_12m", "offences_per_release", "occasions_per_release", "first_night_homeless", "month_12_unsettled",
)  # fmt: skip
MORE_IS_A_GAIN = (
    "first_night_settled", "month_12_working", "in_treatment", "referred", "matched", "met_before_release",
    "met_by_gate", "met_by_48h", "met_ever", "engaged_1m", "engaged_3m", "engaged_6m", "planned_ending",
)  # fmt: skip
