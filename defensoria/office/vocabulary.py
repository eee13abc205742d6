"""The values that triage gives and every other room understands: one enum for each slot of the Rasa tracker."""

from enum import Enum


class Criterion(str, Enum):
    """Why a citizen may be served (slot `criterio`)."""

    INDIVIDUAL_INCOME = "renda_individual"
    FAMILY_INCOME = "renda_familiar"
    VULNERABILITY = "vulnerabilidade"
    OVER_INDEBTEDNESS = "superendividamento"
    NONE = "nenhum"


class Eligibility(str, Enum):
    """What the criteria say of a citizen (slot `elegibilidade`). Nobody is refused for good: see `EXCEPTIONAL`."""

    ELIGIBLE = "elegivel"
    EXCEPTIONAL = "avaliacao_excepcional"
    NOT_ELIGIBLE = "nao_elegivel"


class Service(str, Enum):
    """What a citizen comes for (slot `servico`)."""

    NEW = "novo_atendimento"
    CASE_STATUS = "andamento_processual"
    DOCUMENTS = "documentos"
    SCHEDULING = "agendamento"
    GUIDANCE = "orientacao"


class Area(str, Enum):
    """The two areas of law the triage tells apart (slot `area`)."""

    CIVIL = "civel"
    CRIMINAL = "criminal"


class Subject(str, Enum):
    """What the matter is about (slot `assunto`)."""

    ALIMONY = "alimentos"
    FAMILY = "familia"
    INHERITANCE = "sucessoes"
    HEALTH = "saude"
    CONSUMER = "consumidor"
    OVER_INDEBTEDNESS = "superendividamento"
    HOUSING = "moradia"
    CIVIL_REGISTRY = "registro_civil"
    GUARDIANSHIP = "curatela_idoso_pcd"
    DOMESTIC_VIOLENCE = "violencia_domestica"
    CHILDREN = "infancia_juventude"
    CIVIL_OTHER = "civel_outros"
    ARREST = "prisao"
    CRIMINAL_CASE = "processo_criminal"
    SENTENCE_EXECUTION = "execucao_penal"
    CRIMINAL_OTHER = "criminal_outros"

    @property
    def area(self) -> Area:
        """The area of law the subject belongs to."""
        return Area.CRIMINAL if self in _CRIMINAL else Area.CIVIL


_CRIMINAL = frozenset({Subject.ARREST, Subject.CRIMINAL_CASE, Subject.SENTENCE_EXECUTION, Subject.CRIMINAL_OTHER})


class Urgency(str, Enum):
    """What cannot wait (slot `urgencia`)."""

    VIOLENCE = "violencia"
    ARREST = "prisao"
    HEALTH = "saude"
    CHILD_AT_RISK = "crianca_em_risco"
    HOUSING = "moradia"
