import pytest

from tests.contract.service import Service, names, third

FLAVORS = "/v1/resourceflavors"


def test_pages(service: Service) -> None:
    """Pages follow each other and have every flavor once."""
    everything = names(service.some("flavors", FLAVORS, least=3))

    pages = service.pages(FLAVORS, limit=third(everything))

    assert [name for page in pages for name in names(page)] == everything
    assert len(set(everything)) == len(everything)


@pytest.mark.behaviour("scaling", "A flavor is `normal` or `soldout` in each zone")
def test_zones(service: Service) -> None:
    """Every flavor says for some zones whether it can be had there."""
    flavors = service.some("flavors", FLAVORS)

    assert {phase for item in flavors for phase in item["status"]["phase"].values()} <= {"normal", "soldout"}


@pytest.mark.behaviour("creation", "All flavors have one CPU architecture")
def test_of_a_pool(service: Service) -> None:
    """The flavors of a pool that are still on offer have one CPU architecture."""
    architectures = {item["metadata"]["name"]: item["spec"]["cpuArch"] for item in service.items(FLAVORS)}

    for pool in service.some("pools", "/pools"):
        flavors = {entry["flavor"] for entry in pool["spec"]["resources"]}
        assert len({architectures[flavor] for flavor in flavors & architectures.keys()}) <= 1
