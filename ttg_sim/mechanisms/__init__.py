"""What happens to people, one file each: its parameters, then its rule. None imports another.

`SECTIONS` is the whole of what a scenario file may set, in the order in which it is shown.
"""

from ttg_sim.mechanisms.areas import AreasParameters
from ttg_sim.mechanisms.custody import CustodyParameters
from ttg_sim.mechanisms.enforcement import EnforcementParameters
from ttg_sim.mechanisms.housing import HousingParameters
from ttg_sim.mechanisms.intake import IntakeParameters
from ttg_sim.mechanisms.leaving import LeavingParameters
from ttg_sim.mechanisms.longer import LongerParameters
from ttg_sim.mechanisms.outlook import OutlookParameters
from ttg_sim.mechanisms.probation import ProbationParameters
from ttg_sim.mechanisms.reoffending import ReoffendingParameters
from ttg_sim.mechanisms.resettlement import ResettlementParameters
from ttg_sim.mechanisms.sentencing import SentencingParameters
from ttg_sim.mechanisms.services import ServicesParameters
from ttg_sim.mechanisms.substance import SubstanceParameters
from ttg_sim.mechanisms.supervision import SupervisionParameters
from ttg_sim.mechanisms.work import WorkParameters
from ttg_sim.parameter import Section

SECTIONS: dict[str, type[Section]] = {
    section.section: section
    for section in (
        AreasParameters,
        IntakeParameters,
        LongerParameters,
        CustodyParameters,
        ResettlementParameters,
        HousingParameters,
        SubstanceParameters,
        ServicesParameters,
        WorkParameters,
        SupervisionParameters,
        ProbationParameters,
        EnforcementParameters,
        OutlookParameters,
        ReoffendingParameters,
        SentencingParameters,
        LeavingParameters,
    )
}
