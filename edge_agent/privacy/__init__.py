"""What is taken out of every picture before anything else sees it: masked places, and faces."""

from edge_agent.privacy.clean import FaceSearchError, Privacy
from edge_agent.privacy.detector import FaceDetector, FullRangeFaces, Network
from edge_agent.privacy.settings import FaceBlur, Mask, PrivacyLimits, PrivacySettings

__all__ = [
    "FaceBlur",
    "FaceDetector",
    "FaceSearchError",
    "FullRangeFaces",
    "Mask",
    "Network",
    "Privacy",
    "PrivacyLimits",
    "PrivacySettings",
]
