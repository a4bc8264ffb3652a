"""What happens to people, one file each: its parameters, then its rule. None imports another.

`SECTIONS` is the whole of what a scenario file may set, in the order in which it is shown.
"""

from ttg_sim.mechanisms.activities import PRESETS
from ttg_sim.mechanisms.areas import AreasParameters
from ttg_sim.mechanisms.clearance import ClearanceParameters
from ttg_sim.mechanisms.coordinator import CoordinatorParameters
from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.mechanisms.custody import CustodyParameters
from ttg_sim.mechanisms.eligibility import EligibilityParameters
from ttg_sim.mechanisms.enforcement import EnforcementParameters
from ttg_sim.mechanisms.funding import FundingParameters
from ttg_sim.mechanisms.housing import HousingParameters
from ttg_sim.mechanisms.identity import IdentityParameters
from ttg_sim.mechanisms.influence import InfluenceParameters
from ttg_sim.mechanisms.intake import IntakeParameters
from ttg_sim.mechanisms.leaving import LeavingParameters
from ttg_sim.mechanisms.licence import LicenceParameters
from ttg_sim.mechanisms.longer import LongerParameters
from ttg_sim.mechanisms.mentor import MentorParameters
from ttg_sim.mechanisms.outlook import OutlookParameters
from ttg_sim.mechanisms.pay import PayParameters
from ttg_sim.mechanisms.pbr import PbrParameters
from ttg_sim.mechanisms.prerelease import PrereleaseParameters
from ttg_sim.mechanisms.prison import PrisonParameters
from ttg_sim.mechanisms.probation import ProbationParameters
from ttg_sim.mechanisms.programme import ProgrammeParameters
from ttg_sim.mechanisms.recruit import RecruitParameters
from ttg_sim.mechanisms.referral import ReferralParameters
from ttg_sim.mechanisms.relationship import RelationshipParameters
from ttg_sim.mechanisms.release import ReleaseParameters
from ttg_sim.mechanisms.reoffending import ReoffendingParameters
from ttg_sim.mechanisms.resettlement import ResettlementParameters
from ttg_sim.mechanisms.sentencing import SentencingParameters
from ttg_sim.mechanisms.services import ServicesParameters
from ttg_sim.mechanisms.staff import StaffParameters
from ttg_sim.mechanisms.strain import StrainParameters
from ttg_sim.mechanisms.substance import SubstanceParameters
from ttg_sim.mechanisms.supervision import SupervisionParameters
from ttg_sim.mechanisms.training import TrainingParameters
from ttg_sim.mechanisms.work import WorkParameters
from ttg_sim.parameter import Section

_EVERY: tuple[type[Section], ...] = (
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
    FundingParameters,
    CoordinatorParameters,
    ProgrammeParameters,
    EligibilityParameters,
    RecruitParameters,
    TrainingParameters,
    MentorParameters,
    PrisonParameters,
    ClearanceParameters,
    ReferralParameters,
    PrereleaseParameters,
    ReleaseParameters,
    RelationshipParameters,
    InfluenceParameters,
    LicenceParameters,
    StaffParameters,
    StrainParameters,
    IdentityParameters,
    PayParameters,
    PbrParameters,
    *PRESETS.values(),
    CostsParameters,
)
SECTIONS: dict[str, type[Section]] = {section.section: section for section in _EVERY}
