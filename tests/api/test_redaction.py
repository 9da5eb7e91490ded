from pulumi_modelarts.api.redaction import redacted

BODY = {
    "spec": {
        "resources": [
            {
                "flavor": "modelarts.vm.cpu.4ud",
                "count": 3,
                "azs": [{"az": "cn-north-7c", "count": 3}],
                "labels": {"team": "vision"},
                "postInstall": "echo secret",
                "futureField": {"kept": True, "none": None},
            }
        ],
        "scope": ["Train"],
        "driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"},
    },
    "metadata": {"annotations": {"os.modelarts/description": "for the night"}},
}


def test_numbers_and_names_are_shown_and_all_other_texts_hidden() -> None:
    """Texts are shown by a list of fields; one that nobody knows is hidden."""
    assert redacted(BODY, hides_values=False) == {
        "spec": {
            "resources": [
                {
                    "flavor": "modelarts.vm.cpu.4ud",
                    "count": 3,
                    "azs": [{"az": "cn-north-7c", "count": 3}],
                    "labels": {"team": "[hidden]"},
                    "postInstall": "[hidden]",
                    "futureField": {"kept": True, "none": None},
                }
            ],
            "scope": ["Train"],
            "driver": {"gpuVersion": "515.65.01", "updateStrategy": "idle"},
        },
        "metadata": {"annotations": {"os.modelarts/description": "[hidden]"}},
    }


def test_of_a_program_with_secrets_no_value_is_shown() -> None:
    """What is computed from a secret tells it too, so that keys alone are left."""
    one = {"az": "[hidden]", "count": "[hidden]"}
    assert redacted(
        {"spec": {"resources": [{"flavor": "f", "azs": [{"az": "a", "count": 17}]}]}}, hides_values=True
    ) == {"spec": {"resources": [{"flavor": "[hidden]", "azs": [one]}]}}
