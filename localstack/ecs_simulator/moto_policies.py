"""What IAM's SimulatePrincipalPolicy says of a role: by its own policies, inline and attached.

LocalStack compares texts letter by letter, takes the trust policy for one of them, and calls
everything else an explicit denial.
"""

from localstack.services.iam.resources.policy_simulator import BasicIAMPolicySimulator
from localstack.utils.patch import patch

from .policy_language import decision, missing_keys, statements_of


def install() -> None:
    @patch(BasicIAMPolicySimulator.simulate_principal_policy)
    def simulate(original, self, context, request):
        backend = self.get_iam_backend(context)
        documents = self.get_policies_from_principal(backend, request["PolicySourceArn"])
        statements = [statement for each in documents for statement in _statements(each)]
        resources = request.get("ResourceArns") or ["*"]
        results = [
            {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": decision(statements, action, resource),
                # Nobody hands a context in.
                "MissingContextValues": missing_keys(statements, action, resource),
            }
            for action in request["ActionNames"]
            for resource in resources
        ]
        return {"IsTruncated": False, "EvaluationResults": results}


def _statements(document: str | dict) -> list[dict]:
    # A trust policy names who takes the role on, and says nothing of what the role may do.
    return [one for one in statements_of(document) if "Principal" not in one]
