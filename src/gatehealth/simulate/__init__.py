"""A gate in a box: jobs, tests and faults with a known truth."""

from gatehealth.simulate.fill import FillError, fill
from gatehealth.simulate.gate import Emitted, Gate
from gatehealth.simulate.settings import GateSettings, full_gate

__all__ = ["Emitted", "FillError", "Gate", "GateSettings", "fill", "full_gate"]
