"""Lists of parameters in pages of which the first may be empty, as those of AWS may."""

import json

from localstack.utils.patch import patch
from moto.ssm.responses import SimpleSystemManagerResponse

from .controls import CONTROLS


def install() -> None:
    @patch(SimpleSystemManagerResponse.describe_parameters)
    def describe_parameters(original, self):
        token = self._get_param("NextToken")
        profile = CONTROLS.of(self.current_account).profile
        # Before its own pages, which begin with the token 0, those with tokens below it.
        at = -int(profile.empty_parameter_pages) if token is None else int(token)
        if at < 0:
            return json.dumps({"Parameters": [], "NextToken": str(at + 1)})
        return original(self)
