"""Every error of the training service, by name.

Codes, texts and solutions stand in the public error table (documented), where `%s` marks what is filled in; what is
filled in is assumed. Unlike the pool service, this one says in `error_solution` what to do (documented:
CreateTrainingJob).
"""

from __future__ import annotations

from modelarts_emulator.service.exceptions import ApiError


def job_not_found(job_id: str) -> ApiError:
    """2775, confirmed by the Terraform provider: HTTP 400, not 404."""
    return _refusal(
        "2775",
        f"Training job (ID: {job_id}) not found.",
        "Check whether the training job information in the request is valid.",
    )


def duplicate_name(name: str) -> ApiError:
    """2751."""
    return _refusal("2751", f"Duplicate training job (name {name}).", "Change training job name.")


def algorithm_not_found() -> ApiError:
    """2755: the example of CreateTrainingJob."""
    return _refusal(
        "2755", "algorithm not found.", "Check whether the training project information in the request is valid."
    )


def wrong_code_directory() -> ApiError:
    """2757; that a missing one gets it is assumed."""
    return _refusal(
        "2757", "code directory path error.", "Check whether the training project information in the request is valid."
    )


def wrong_boot_file() -> ApiError:
    """2758; that a missing one, or one outside the code directory, gets it is assumed."""
    return _refusal(
        "2758",
        "code startup file path error.",
        "Check whether the training project information in the request is valid.",
    )


def invalid_flavor() -> ApiError:
    """2763; that a flavor which the pool cannot supply gets it is assumed."""
    return _refusal("2763", "The selected flavor is invalid.", "Check the validity of the flavor in the request.")


def invalid_query(detail: str) -> ApiError:
    """2764."""
    return _refusal(
        "2764", f"Invalid query parameter ({detail}).", "Check the validity of the parameter in the request."
    )


def invalid_body() -> ApiError:
    """2787."""
    return _refusal("2787", "Invalid JSON request body.", "Check the request body.")


def invalid_parameter(detail: str) -> ApiError:
    """2788."""
    return _refusal("2788", f"Invalid parameter({detail}).", "Check the request parameter.")


def unsupported_grouping() -> ApiError:
    """2789; that it is about `group_by` is assumed, as the keys of filters have a code of their own."""
    return _refusal("2789", "Unsupported filtering item.", "Check whether the filtering item is valid.")


def unsupported_sort() -> ApiError:
    """2790."""
    return _refusal("2790", "Unsupported sorting item.", "Check whether the sorting item is valid.")


def not_terminable() -> ApiError:
    """2796, with HTTP status 409."""
    return _refusal("2796", "The job cannot be terminated.", "Check whether the job status is valid.", status=409)


def federation_not_found(group: str) -> ApiError:
    """2801."""
    return _refusal("2801", f"federation ID ({group}) not found.", "Check whether the federation id is valid.")


def command_and_image_needed() -> ApiError:
    """2806."""
    return _refusal(
        "2806",
        "Custom image jobs command and engine.url cannot be empty.",
        "Check whether the command and engine.url is valid.",
    )


def unsupported_key(key: str) -> ApiError:
    """2807."""
    return _refusal("2807", f"Unsupported condition key ({key})", "Check whether the key of search is valid.")


def unsupported_operator(operator: str) -> ApiError:
    """2808."""
    return _refusal(
        "2808", f"Unsupported condition operator ({operator})", "Check whether the operator of search is valid."
    )


def unsupported_value(detail: str) -> ApiError:
    """2809."""
    return _refusal("2809", f"Unsupported condition value ({detail})", "Check whether the value of search is valid.")


def unsupported_action(action: str) -> ApiError:
    """2812."""
    return _refusal("2812", f"Unsupported action type:{action}", "Check whether the action type is valid.")


def not_a_training_pool(pool: str) -> ApiError:
    """2886."""
    return _refusal(
        "2886",
        f"Pool ({pool}) is not a training pool",
        "Please check whether the pool supports the training job type",
    )


def pool_not_running(pool: str) -> ApiError:
    """2887."""
    return _refusal("2887", f"Pool ({pool}) is not running", "Please check the status of the pool")


def pool_not_found(pool: str) -> ApiError:
    """2890, with HTTP status 404."""
    return _refusal("2890", f"Pool ({pool}) does not exist", "Please check whether the pool exists", status=404)


def _refusal(number: str, message: str, solution: str, status: int = 400) -> ApiError:
    return ApiError(status, f"ModelArts.{number}", message, solution=solution)
