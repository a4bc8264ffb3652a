"""What happens to people, one file each: its parameters, then its rule. None imports another.

`SECTIONS` is the whole of what a scenario file may set, in the order in which it is shown.
"""

from ttg_sim.mechanisms.custody import CustodyParameters
from ttg_sim.mechanisms.housing import HousingParameters
from ttg_sim.mechanisms.intake import IntakeParameters
from ttg_sim.mechanisms.leaving import LeavingParameters
from ttg_sim.mechanisms.reoffending import ReoffendingParameters
from ttg_sim.mechanisms.sentencing import SentencingParameters
from ttg_sim.parameter import Section

SECTIONS: dict[str, type[Section]] = {
    section.section: section
    for section in (
        IntakeParameters,
        CustodyParameters,
        HousingParameters,
        ReoffendingParameters,
        SentencingParameters,
        LeavingParameters,
    )
}
